package org.countersign.rotation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.KeyPairs;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SigningKey;
import org.countersign.rotation.RotationFailure.Reason;
import org.countersign.rotation.RotationStates.Slots;

/** Generates keys, under selectors that were never used. */
final class KeyGeneration {
    private final RotationSession session;
    private final SecureRandom random;

    KeyGeneration(RotationSession session, SecureRandom random) {
        this.session = session;
        this.random = random;
    }

    /** Generates a key for each algorithm of a request. */
    List<RotatedKey> generate(NewKeyRequest request) throws RotationFailure {
        session.adopt(request.domain());
        session.reconcile();
        request.slots().ifPresent(slots -> session.change(session.states().with(slots)));
        List<RotatedKey> keys = new ArrayList<>();
        for (SignatureAlgorithm algorithm : request.algorithms()) {
            keys.add(generate(request, algorithm));
        }
        return keys;
    }

    /** Makes successors of keys that are older than an age, for the domains that have none. */
    void generateSuccessors(Duration age) throws RotationFailure {
        Instant now = session.now().time();
        for (RotatedKey key : session.states().keys()) {
            boolean old =
                    key.state() == KeyState.ACTIVE && !now.isBefore(key.since().plus(age));
            if (old && !hasSuccessor(key)) {
                RotatedKey successor = generate(successorOf(key), key.algorithm());
                session.step(successor, "generated as the successor of " + key.selector());
            }
        }
    }

    private boolean hasSuccessor(RotatedKey key) {
        return session.states().of(key.domain()).stream()
                .filter(other -> other.isSameKind(key))
                .anyMatch(other -> other.state().compareTo(KeyState.ACTIVE) < 0
                        || (other.state() == KeyState.ACTIVE && other.since().isAfter(key.since())));
    }

    /** A key of the same algorithm, which is not shorter. */
    private static NewKeyRequest successorOf(RotatedKey key) {
        int bits = key.algorithm() == SignatureAlgorithm.RSA_SHA256
                ? Math.max(NewKeyRequest.DEFAULT_BITS, key.bits())
                : NewKeyRequest.DEFAULT_BITS;
        return new NewKeyRequest(
                key.domain(),
                List.of(key.algorithm()),
                bits,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    private RotatedKey generate(NewKeyRequest request, SignatureAlgorithm algorithm) throws RotationFailure {
        DomainName domain = request.domain();
        ClockReading now = session.now();
        Optional<Slots> slots = session.states().slotsOf(domain);
        String selector = slots.isPresent() && request.selector().isEmpty()
                ? freeSlot(slots.get())
                : selector(request, algorithm, now);
        Optional<DomainName> target =
                slots.filter(each -> each.selectors().contains(selector)).flatMap(each -> each.target(selector));
        DomainName name = PublicKeyRecords.name(domain, selector)
                .orElseThrow(() -> new RotationFailure(Reason.NOT_POSSIBLE, PublicKeyRecords.NAME_TOO_LONG));
        Sighting before = session.check().lookForNone(name, domain, target);
        if (target.isEmpty()) {
            refuseExisting(name, before);
        }
        KeyFile file = keyFile(request, algorithm, selector, target.isPresent());
        KeyWait wait = KeyWait.notBegun(
                before.isWrongSomewhere()
                        ? before.longestOtherTtl().plus(KeyLifecycle.MARGIN)
                        : KeyLifecycle.UNKNOWN_TTL);
        RotatedKey key = new RotatedKey(
                domain,
                selector,
                target,
                algorithm,
                session.files().nameOf(file.path()),
                file.key().publicKeyRecord(),
                KeyState.GENERATED,
                wait,
                request.activatesWhenReady(),
                Optional.empty(),
                false,
                List.of(new KeyChange(now.time(), KeyState.GENERATED, "generated")));
        overwriteSlot(key, now);
        session.files().createTable();
        session.change(session.states().with(key));
        session.commit();
        return key;
    }

    /** Refuses a name that has a record: caches would keep that record after it is replaced. */
    private static void refuseExisting(DomainName name, Sighting before) throws RotationFailure {
        Optional<Sighting.ServerView> other = before.servers().stream()
                .filter(each -> each.view() == Sighting.View.OTHER || each.view() == Sighting.View.RIGHT)
                .findFirst();
        if (other.isPresent()) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    name + " is in use: " + other.get().server() + " has "
                            + other.get().detail()
                            + "; choose another selector with --selector. Caches would keep the old record");
        }
    }

    private boolean isFree(DomainName domain, String selector) {
        Optional<DomainName> name = PublicKeyRecords.name(domain, selector);
        return name.isPresent()
                && session.states().find(domain, selector).isEmpty()
                && !session.states().forgotten().contains(name.get())
                && !session.others().names().contains(name.get())
                && session.table().text().lines().stream()
                        .noneMatch(line ->
                                line.key().recordName().equals(name.get().toString()));
    }

    private String selector(NewKeyRequest request, SignatureAlgorithm algorithm, ClockReading now)
            throws RotationFailure {
        DomainName domain = request.domain();
        if (request.selector().isPresent()) {
            String selector = request.selector().get();
            if (!isFree(domain, selector)) {
                throw new RotationFailure(
                        Reason.NOT_POSSIBLE,
                        "the selector " + selector + " of " + domain + " was used before, and a selector is never used"
                                + " for two keys: choose another one");
            }
            return selector;
        }
        String template = request.template().orElse(SelectorTemplate.DEFAULT);
        return new SelectorTemplate(template)
                .next(algorithm, LocalDate.ofInstant(now.time(), ZoneOffset.UTC), each -> isFree(domain, each))
                .orElseThrow(() -> new RotationFailure(
                        Reason.NOT_POSSIBLE,
                        "the template " + template + " makes no free selector: use letters, digits, hyphens and"
                                + " {yyyy}, {mm}, {dd}, {a}, {n}"));
    }

    /** The first slot whose last key needs no record any more. */
    private String freeSlot(Slots slots) throws RotationFailure {
        for (String slot : slots.selectors()) {
            Optional<RotatedKey> last = session.states().find(slots.domain(), slot);
            if (last.isEmpty()
                    || last.get().state() == KeyState.REMOVABLE
                    || last.get().state() == KeyState.GONE) {
                return slot;
            }
        }
        throw new RotationFailure(
                Reason.NOT_POSSIBLE,
                "every slot of " + slots.domain() + " has a key whose record is still needed; countersign key status "
                        + slots.domain() + " shows until when");
    }

    /** Ends the last key of a slot: the record of the new key replaces its record. */
    private void overwriteSlot(RotatedKey key, ClockReading now) {
        session.states()
                .find(key.domain(), key.selector())
                .filter(last -> last.state() == KeyState.REMOVABLE)
                .ifPresent(last -> session.change(session.states()
                        .replace(last, last.in(KeyState.GONE, now, "its slot has a new key", KeyWait.NONE))));
    }

    /** A private key on the disk. */
    private record KeyFile(Path path, SigningKey key) {}

    /** Writes a new private key, or takes the one that a command has left which was ended. */
    private KeyFile keyFile(NewKeyRequest request, SignatureAlgorithm algorithm, String selector, boolean isSlot)
            throws RotationFailure {
        String name = request.domain() + "." + selector;
        Path path = session.files().newKeyFile(name + ".pem");
        for (int number = 2; isSlot && isKnown(path); number++) {
            path = session.files().newKeyFile(name + "." + number + ".pem");
        }
        if (Files.exists(path)) {
            // A command that was ended after it wrote the key: no state and no line names it.
            Optional<SigningKey> left = RotationFiles.findKey(path);
            if (left.isPresent() && left.get().algorithm() == algorithm) {
                return new KeyFile(path, left.get());
            }
        }
        KeyPairs.Generated pair = KeyPairs.generate(algorithm, request.bits(), random);
        session.files().writeKey(path, pair.pem());
        return new KeyFile(path, pair.key());
    }

    private boolean isKnown(Path path) {
        String named = session.files().nameOf(path);
        return session.states().keys().stream().anyMatch(key -> key.keyFile().equals(named));
    }
}
