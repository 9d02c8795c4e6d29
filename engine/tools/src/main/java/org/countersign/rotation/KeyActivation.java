package org.countersign.rotation;

import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.rotation.RotationFailure.Reason;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;

/** Lets ready keys sign, at once or at a planned moment. */
final class KeyActivation {
    private static final int MAX_PROBLEMS = 5;

    private final RotationSession session;
    private final PolicyCheck policy;

    KeyActivation(RotationSession session, PolicyCheck policy) {
        this.session = session;
        this.policy = policy;
    }

    /** Lets the ready keys of a domain sign. */
    void activate(DomainName domain, Optional<Instant> start) throws RotationFailure {
        List<RotatedKey> ready = session.states().of(domain).stream()
                .filter(key -> key.state() == KeyState.READY)
                .toList();
        if (ready.isEmpty()) {
            throw new RotationFailure(Reason.NOT_POSSIBLE, notReady(domain));
        }
        for (RotatedKey key : ready) {
            activateIfItLoads(key, start);
        }
    }

    /**
     * Lets a key sign if the service loads its policy with it. A service that does not load its policy keeps the old one, and
     * does not start again after it has ended.
     */
    private void activateIfItLoads(RotatedKey key, Optional<Instant> start) throws RotationFailure {
        if (Files.exists(session.files().table())) {
            // Before the first activation the policy names a table that does not exist.
            requireLoading(key);
        }
        requireKey(key);
        RotationSession.Savepoint before = session.savepoint();
        activate(key, start);
        session.commit();
        try {
            requireLoading(key);
        } catch (RotationFailure broken) {
            session.rollback(before);
            session.commit();
            throw broken;
        }
    }

    private void requireKey(RotatedKey key) throws RotationFailure {
        try {
            RotationFiles.readKey(session.files().keyFile(key.keyFile()));
        } catch (FileFailure unusable) {
            throw notActivated(key, "its private key cannot be used; correct that, or make another key", unusable);
        }
    }

    private void requireLoading(RotatedKey key) throws RotationFailure {
        Optional<FileFailure> failure = policy.failure();
        if (failure.isPresent()) {
            throw notActivated(key, "the service would not load its policy", failure.get());
        }
    }

    private static RotationFailure notActivated(RotatedKey key, String why, FileFailure failure) {
        List<String> lines = new ArrayList<>();
        lines.add(key.name() + " is not activated: " + why + ":");
        failure.lines().stream().limit(MAX_PROBLEMS).map(Escapes::printable).forEach(lines::add);
        return new RotationFailure(failure.reason(), lines);
    }

    private List<String> notReady(DomainName domain) {
        List<String> lines = new ArrayList<>();
        lines.add("no key of " + domain + " is ready to sign");
        for (RotatedKey key : session.states().of(domain)) {
            if (key.state() == KeyState.GENERATED || key.state() == KeyState.PUBLISHED) {
                lines.add(key.name() + " is " + Keyword.of(key.state())
                        + (key.state() == KeyState.PUBLISHED
                                ? ": caches may still say that it does not exist, for "
                                        + RotationText.duration(key.pending().left()) + " more"
                                : ": not every server has its record; countersign key status " + domain
                                        + " shows which"));
            }
        }
        lines.add("let tick activate it: countersign key activate " + domain + " --when-ready");
        return lines;
    }

    /** Lets a key sign if all servers have its record, whatever the policy of the service is. */
    void activate(RotatedKey key, Optional<Instant> start) throws RotationFailure {
        // The state may be old: what counts is what the servers say now.
        Sighting seen = session.check().look(key);
        if (!seen.isRightEverywhere()) {
            String why = seen.isWrongSomewhere()
                    ? seen.firstWrong()
                    : seen.problem().isEmpty() ? RotationText.unanswered(seen).getFirst() : seen.problem();
            throw new RotationFailure(
                    seen.isWrongSomewhere() ? Reason.NOT_POSSIBLE : Reason.TRY_AGAIN,
                    key.name() + " is not activated: " + Escapes.printable(why));
        }
        ClockReading now = session.now();
        Instant from = start.filter(now.time()::isBefore).orElse(now.time());
        List<RotatedKey> siblings = session.states().of(key.domain()).stream()
                .filter(other -> !other.equals(key))
                .toList();
        session.change(session.table().withActive(key, siblings, from, now.time()));
        if (from.isAfter(now.time())) {
            session.replace(key, key.withActivation(false));
            session.step(key, "signs from " + from);
        } else {
            session.move(key, KeyState.ACTIVE, now, "it signs from now on", KeyWait.NONE);
        }
    }

    /** Activates what a person has asked for, or everything that is ready. */
    void activatePlanned(boolean all) throws RotationFailure {
        for (RotatedKey key : session.states().keys()) {
            if (key.state() == KeyState.READY
                    && (all || key.activatesWhenReady())
                    && session.table().validity(key).isEmpty()) {
                try {
                    activateIfItLoads(key, Optional.empty());
                } catch (RotationFailure changed) {
                    if (changed.reason() == Reason.BAD_FILE) {
                        session.add(new KeyTask(key.domain(), key.selector(), changed.lines()));
                    } else {
                        // A server says something else than a moment ago, or nothing: the next run sees.
                        session.note(changed.lines());
                    }
                }
                session.commit();
            }
        }
    }

    /** Notes that new keys of a domain are to be activated. */
    void plan(DomainName domain) throws RotationFailure {
        List<RotatedKey> waiting = session.states().of(domain).stream()
                .filter(key -> key.state().compareTo(KeyState.ACTIVE) < 0)
                .toList();
        if (waiting.isEmpty()) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    "no key of " + domain + " waits for its activation: make one with countersign key new " + domain);
        }
        for (RotatedKey key : waiting) {
            session.replace(key, key.withActivation(true));
            session.step(key, "tick will activate it when it is ready");
        }
    }
}
