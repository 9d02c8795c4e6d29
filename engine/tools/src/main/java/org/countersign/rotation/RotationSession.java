package org.countersign.rotation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.crypto.RsaEngine;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.rotation.KeyRotation.KeyStatus;
import org.countersign.rotation.KeyRotation.OtherKeys;
import org.countersign.rotation.RotationFailure.Reason;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Parsed;

/** One command while it holds the lock: the table and the states as read, and as changed so far. */
final class RotationSession {
    // The service may still read the table of before, for as long as it waits for its files to stay unchanged.
    private static final Duration KEY_FILE_KEPT = Duration.ofHours(1);

    private final RotationFiles files;
    private final RecordCheck check;
    private final Supplier<ClockReading> clock;
    private final OtherKeys others;
    private final PolicyCheck policy;
    private final List<String> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<KeyTask> tasks = new ArrayList<>();
    private KeyTable writtenTable;
    private RotationStates writtenStates;
    private KeyTable table;
    private RotationStates states;

    RotationSession(
            RotationFiles files, RecordCheck check, Supplier<ClockReading> clock, OtherKeys others, PolicyCheck policy)
            throws RotationFailure {
        this.policy = policy;
        this.files = files;
        this.check = check;
        this.clock = clock;
        this.others = others;
        this.writtenTable = new KeyTable(files.readTable());
        this.writtenStates = files.readStates();
        this.table = writtenTable;
        this.states = writtenStates;
    }

    RotationFiles files() {
        return files;
    }

    RecordCheck check() {
        return check;
    }

    OtherKeys others() {
        return others;
    }

    RotationStates states() {
        return states;
    }

    KeyTable table() {
        return table;
    }

    ClockReading now() {
        return clock.get();
    }

    void change(RotationStates changed) {
        states = changed;
    }

    void step(RotatedKey key, String what) {
        steps.add(key.name() + ": " + what);
    }

    /** Writes what has changed: first the table, whose lines are believed. */
    void commit() throws RotationFailure {
        if (!table.text().text().equals(writtenTable.text().text())) {
            files.write(table.text());
            writtenTable = table;
        }
        if (!states.equals(writtenStates)) {
            files.write(states);
            writtenStates = states;
        }
    }

    /** Takes over the keys of a domain that the table already has. */
    void adopt(DomainName domain) {
        ClockReading now = now();
        for (SigningTableFile.Line line : table.text().lines()) {
            KeyEntry entry = line.key();
            if (entry.domain().equals(domain) && states.keys().stream().noneMatch(key -> key.isIn(entry))) {
                Optional<SigningKey> key = read(files.keyFile(entry.keyFile()));
                key.ifPresent(signing -> states = states.with(new RotatedKey(
                        domain,
                        entry.selector(),
                        Optional.empty(),
                        signing.algorithm(),
                        entry.keyFile(),
                        signing.publicKeyRecord(),
                        KeyState.ACTIVE,
                        KeyWait.notBegun(Duration.ZERO),
                        false,
                        Optional.empty(),
                        // It was there before: its owner deletes it.
                        true,
                        List.of(new KeyChange(now.time(), KeyState.ACTIVE, "found in the table")))));
                if (key.isEmpty()) {
                    notes.add(line.location() + ": the key file of " + entry.recordName()
                            + " cannot be read by this command, so this key is left alone");
                }
            }
        }
    }

    static Optional<SigningKey> read(Path file) {
        try {
            return SigningKey.parse(HostFiles.readSecret(file, file.toString()), Optional.empty(), RsaEngine.jca())
                            instanceof Parsed.Value<SigningKey, String>(SigningKey key)
                    ? Optional.of(key)
                    : Optional.empty();
        } catch (FileFailure unreadable) {
            return Optional.empty();
        }
    }

    /** Believes the table: a command may have been ended after it wrote the table. */
    void reconcile() {
        ClockReading now = now();
        for (RotatedKey key : states.keys()) {
            Optional<KeyValidity> validity = table.validity(key);
            if (key.state() == KeyState.ACTIVE && validity.isEmpty()) {
                move(key, KeyState.RETIRED, now, "its time in the table is over", retention(now));
            } else if (key.state() != KeyState.ACTIVE
                    && validity.filter(each -> each.contains(now.time())).isPresent()) {
                move(key, KeyState.ACTIVE, now, "its line in the table lets it sign", none());
            }
        }
    }

    private static KeyWait retention(ClockReading now) {
        return KeyWait.notBegun(KeyLifecycle.IN_TRANSIT.plus(KeyLifecycle.MARGIN))
                .begun(now);
    }

    private static KeyWait none() {
        return KeyWait.notBegun(Duration.ZERO);
    }

    private RotatedKey move(RotatedKey key, KeyState next, ClockReading now, String reason, KeyWait wait) {
        RotatedKey moved = key.in(next, now, reason, wait);
        states = states.replace(key, moved);
        step(key, Keyword.of(next) + ": " + reason);
        return moved;
    }

    /** Removes the lines of keys whose time is over. */
    void clean() {
        table = table.cleaned(states.keys(), now().time());
    }

    /** Asks the servers of all keys that still have a record to think of. */
    List<KeyStatus> observe(Optional<DomainName> domain) {
        List<KeyStatus> seen = new ArrayList<>();
        for (RotatedKey key : states.keys()) {
            if (domain.isPresent() && !key.domain().equals(domain.get())) {
                continue;
            }
            Sighting sighting = key.state() == KeyState.GONE ? new Sighting(List.of(), "") : check.look(key);
            ClockReading now = now();
            RotatedKey observed = KeyLifecycle.observed(key, sighting, now);
            states = states.replace(key, observed);
            if (observed.state() != key.state()) {
                step(
                        key,
                        Keyword.of(observed.state()) + ": "
                                + observed.history().getLast().reason());
            } else if (observed.brokenSince().isPresent() && key.brokenSince().isEmpty()) {
                step(key, "broken: " + sighting.firstWrong());
            } else if (observed.brokenSince().isEmpty() && key.brokenSince().isPresent()) {
                step(key, "no longer broken: every server has its record again");
            }
            if (observed.state() == KeyState.GENERATED
                    && table.validity(observed).isPresent()) {
                // Its start was planned, and its record was taken away before.
                table = table.withoutPlan(observed, states.of(observed.domain()));
            }
            seen.add(new KeyStatus(observed, sighting, ""));
        }
        return seen;
    }

    /** Adds the records of generated keys by dynamic updates. */
    void publish(DomainName domain, DynamicUpdate update) throws RotationFailure {
        List<RotatedKey> generated = states.of(domain).stream()
                .filter(key -> key.state() == KeyState.GENERATED)
                .toList();
        if (generated.isEmpty()) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    "no key of " + domain + " waits for its record: make one with countersign key new " + domain);
        }
        for (RotatedKey key : generated) {
            if (check.look(key).isRightSomewhere()) {
                step(key, "is published already; the other servers copy the zone");
                continue;
            }
            DomainName zone = check.zone(key)
                    .orElseThrow(() ->
                            new RotationFailure(Reason.TRY_AGAIN, "no server tells the zone of " + key.publishedAt()));
            update.add(zone, key);
            step(key, "the record was added to the zone " + zone);
        }
    }

    /** Lets the ready keys of a domain sign. */
    void activate(DomainName domain, Optional<Instant> start) throws RotationFailure {
        List<RotatedKey> ready = states.of(domain).stream()
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
        if (Files.exists(files.table())) {
            // Before the first activation the policy names a table that does not exist.
            requireLoading(key);
        }
        if (read(files.keyFile(key.keyFile())).isEmpty()) {
            throw new RotationFailure(
                    Reason.BAD_FILE,
                    key.name() + " is not activated: its private key " + files.keyFile(key.keyFile())
                            + " cannot be read; bring it back, or make another key");
        }
        KeyTable tableBefore = table;
        RotationStates statesBefore = states;
        int stepsBefore = steps.size();
        activate(key, start);
        commit();
        try {
            requireLoading(key);
        } catch (RotationFailure broken) {
            table = tableBefore;
            states = statesBefore;
            steps.subList(stepsBefore, steps.size()).clear();
            commit();
            throw broken;
        }
    }

    private void requireLoading(RotatedKey key) throws RotationFailure {
        List<String> problems = policy.problems();
        if (!problems.isEmpty()) {
            List<String> lines = new ArrayList<>();
            lines.add(key.name() + " is not activated, because the service would not load its policy:");
            problems.stream().limit(5).map(Escapes::printable).forEach(lines::add);
            throw new RotationFailure(Reason.BAD_FILE, lines);
        }
    }

    private List<String> notReady(DomainName domain) {
        List<String> lines = new ArrayList<>();
        lines.add("no key of " + domain + " is ready to sign");
        for (RotatedKey key : states.of(domain)) {
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

    private void activate(RotatedKey key, Optional<Instant> start) throws RotationFailure {
        // The state may be old: what counts is what the servers say now.
        Sighting seen = check.look(key);
        if (!seen.isRightEverywhere()) {
            String why = seen.isWrongSomewhere()
                    ? seen.firstWrong()
                    : seen.problem().isEmpty() ? RotationText.unanswered(seen).getFirst() : seen.problem();
            throw new RotationFailure(
                    seen.isWrongSomewhere() ? Reason.NOT_POSSIBLE : Reason.TRY_AGAIN,
                    key.name() + " is not activated: " + Escapes.printable(why));
        }
        ClockReading now = now();
        Instant from = start.filter(now.time()::isBefore).orElse(now.time());
        List<RotatedKey> siblings = states.of(key.domain()).stream()
                .filter(other -> !other.equals(key))
                .toList();
        table = table.withActive(key, siblings, from, now.time());
        if (from.isAfter(now.time())) {
            states = states.replace(key, key.withActivation(false));
            step(key, "signs from " + from);
        } else {
            move(key, KeyState.ACTIVE, now, "it signs from now on", none());
        }
    }

    /** Activates what a person has asked for, or everything that is ready. */
    void activatePlanned(boolean all) throws RotationFailure {
        for (RotatedKey key : states.keys()) {
            if (key.state() == KeyState.READY
                    && (all || key.activatesWhenReady())
                    && table.validity(key).isEmpty()) {
                try {
                    activateIfItLoads(key, Optional.empty());
                } catch (RotationFailure changed) {
                    if (changed.reason() == Reason.BAD_FILE) {
                        tasks.add(new KeyTask(key.domain(), key.selector(), changed.lines()));
                    } else {
                        // A server says something else than a moment ago, or nothing: the next run sees.
                        notes.addAll(changed.lines());
                    }
                }
                commit();
            }
        }
    }

    /** Notes that new keys of a domain are to be activated. */
    void plan(DomainName domain) throws RotationFailure {
        List<RotatedKey> waiting = states.of(domain).stream()
                .filter(key -> key.state().compareTo(KeyState.ACTIVE) < 0)
                .toList();
        if (waiting.isEmpty()) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    "no key of " + domain + " waits for its activation: make one with countersign key new " + domain);
        }
        for (RotatedKey key : waiting) {
            states = states.replace(key, key.withActivation(true));
            step(key, "tick will activate it when it is ready");
        }
    }

    RotatedKey required(DomainName domain, String selector) throws RotationFailure {
        return states.find(domain, selector)
                .orElseThrow(() -> new RotationFailure(
                        Reason.NOT_POSSIBLE,
                        "there is no key " + Escapes.printable(selector) + " of " + domain + ": "
                                + (states.of(domain).isEmpty()
                                        ? "the domain has none"
                                        : "the domain has "
                                                + String.join(
                                                        ", ",
                                                        states.of(domain).stream()
                                                                .map(RotatedKey::selector)
                                                                .toList()))));
    }

    void retire(DomainName domain, String selector, Optional<Instant> end, boolean evenTheLast) throws RotationFailure {
        RotatedKey key = required(domain, selector);
        if (key.state() != KeyState.ACTIVE) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE, key.name() + " is " + Keyword.of(key.state()) + " and signs nothing");
        }
        requireAnother(key, evenTheLast);
        ClockReading now = now();
        if (end.filter(now.time()::isBefore).isPresent()) {
            table = table.retiringAt(key, end);
            step(key, "signs until " + end.orElseThrow());
        } else {
            table = table.without(key).cleaned(states.of(domain), now.time());
            move(key, KeyState.RETIRED, now, "it signs no more", retention(now));
        }
    }

    private void requireAnother(RotatedKey key, boolean evenTheLast) throws RotationFailure {
        boolean another = states.of(key.domain()).stream()
                .anyMatch(other -> !other.equals(key)
                        && other.state() == KeyState.ACTIVE
                        && table.validity(other)
                                .flatMap(KeyValidity::retiredFrom)
                                .isEmpty());
        if (!another && !evenTheLast) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    "without " + key.name() + " nothing signs the mail of " + key.domain()
                            + ": make its successor with countersign key new " + key.domain()
                            + ", or add --even-the-last");
        }
    }

    void revoke(DomainName domain, String selector) throws RotationFailure {
        RotatedKey key = required(domain, selector);
        if (key.state() == KeyState.GONE || key.state() == KeyState.REVOKED) {
            throw new RotationFailure(Reason.NOT_POSSIBLE, key.name() + " is " + Keyword.of(key.state()) + " already");
        }
        for (RotatedKey other : states.of(domain)) {
            if (other.isSameKind(key) && other.state() == KeyState.READY) {
                try {
                    activate(other, Optional.empty());
                } catch (RotationFailure unanswered) {
                    // The successor can wait. A key that somebody else has cannot.
                    notes.addAll(unanswered.lines());
                }
            }
        }
        ClockReading now = now();
        table = table.without(key).cleaned(states.of(domain), now.time());
        move(key, KeyState.REVOKED, now, "somebody else may have it", none());
        if (states.of(domain).stream().noneMatch(other -> other.state() == KeyState.ACTIVE)) {
            boolean waits = states.of(domain).stream().anyMatch(other -> other.state() == KeyState.READY);
            notes.add("nothing signs the mail of " + domain + " now: "
                    + (waits
                            ? "countersign key activate " + domain + " lets the key sign that is ready"
                            : "make a key with countersign key new " + domain));
        }
    }

    void forget(DomainName domain, String selector) throws RotationFailure {
        RotatedKey key = required(domain, selector);
        boolean harmless = key.state() == KeyState.GONE || key.state() == KeyState.GENERATED;
        if (!harmless) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    key.name() + " is " + Keyword.of(key.state()) + ", and only keys that are generated or gone can be"
                            + " forgotten");
        }
        states = states.without(key::equals);
        commit();
        if (!key.fileDeleted() && !isNamed(key)) {
            files.deleteKey(files.keyFile(key.keyFile()));
        }
        step(key, "forgotten; its selector will not be used again");
    }

    /** Deletes the private keys that sign no more. */
    void deleteKeys() throws RotationFailure {
        Instant now = now().time();
        for (RotatedKey key : states.keys()) {
            if (key.state().isPast()
                    && !key.fileDeleted()
                    && !now.isBefore(key.signedUntil().plus(KEY_FILE_KEPT))
                    && !isNamed(key)) {
                files.deleteKey(files.keyFile(key.keyFile()));
                states = states.replace(key, key.withoutFile());
                step(key, "its private key is deleted");
            }
        }
    }

    private boolean isNamed(RotatedKey key) {
        return table.names(key.keyFile())
                || others.files()
                        .contains(files.keyFile(key.keyFile())
                                .toAbsolutePath()
                                .normalize()
                                .toString())
                || states.keys().stream()
                        .anyMatch(other -> !other.equals(key)
                                && other.keyFile().equals(key.keyFile())
                                && !other.state().isPast());
    }

    KeyRotation.Result result(List<KeyStatus> seen) {
        return result(seen, seen);
    }

    /**
     * @param shown the keys that the command shows
     * @param seen what servers said, for the tasks
     */
    KeyRotation.Result result(List<KeyStatus> shown, List<KeyStatus> seen) {
        Instant now = now().time();
        List<KeyTask> due = new ArrayList<>(tasks);
        LinkedHashSet<String> unanswered = new LinkedHashSet<>(notes);
        for (KeyStatus each : seen) {
            RotatedKey current = current(each.key());
            KeyTasks.of(current, each.seen(), table.validity(current).isPresent(), states, now)
                    .ifPresent(due::add);
            if (each.key().state() != KeyState.GONE) {
                unanswered.addAll(RotationText.unanswered(each.seen()));
                if (!each.seen().problem().isEmpty()) {
                    unanswered.add(each.key().name() + ": " + each.seen().problem());
                }
            }
        }
        return new KeyRotation.Result(
                steps,
                shown.stream()
                        .map(each -> {
                            RotatedKey current = current(each.key());
                            return new KeyStatus(
                                    current, each.seen(), RotationText.validity(current, table.validity(current)));
                        })
                        .toList(),
                due,
                List.copyOf(unanswered));
    }

    private RotatedKey current(RotatedKey key) {
        return states.keys().stream()
                .filter(each -> each.name().equals(key.name()) && each.keyFile().equals(key.keyFile()))
                .findFirst()
                .orElse(key);
    }
}
