package org.countersign.rotation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.rotation.KeyRotation.KeyStatus;
import org.countersign.rotation.KeyRotation.OtherKeys;
import org.countersign.rotation.RotationFailure.Reason;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;

/** One command while it holds the lock: the table and the states as read, and as changed so far. */
final class RotationSession {
    private final RotationFiles files;
    private final RecordCheck check;
    private final Supplier<ClockReading> clock;
    private final OtherKeys others;
    private final List<String> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<KeyTask> tasks = new ArrayList<>();
    private KeyTable writtenTable;
    private RotationStates writtenStates;
    private KeyTable table;
    private RotationStates states;

    RotationSession(RotationFiles files, RecordCheck check, Supplier<ClockReading> clock, OtherKeys others)
            throws RotationFailure {
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

    void change(KeyTable changed) {
        table = changed;
    }

    void replace(RotatedKey before, RotatedKey after) {
        states = states.replace(before, after);
    }

    /** Adds a line to what was done. */
    void step(RotatedKey key, String what) {
        steps.add(key.name() + ": " + what);
    }

    /** Adds lines about what could not be done now, and may go well later. */
    void note(List<String> lines) {
        notes.addAll(lines);
    }

    /** The lines about what could not be done. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Adds what a person has to do. */
    void add(KeyTask task) {
        tasks.add(task);
    }

    /** The changes up to a moment, to which a command goes back if a later step fails. */
    record Savepoint(KeyTable table, RotationStates states, int steps) {}

    Savepoint savepoint() {
        return new Savepoint(table, states, steps.size());
    }

    /** Takes back the changes since a savepoint, those on the disk with the next commit. */
    void rollback(Savepoint savepoint) {
        table = savepoint.table();
        states = savepoint.states();
        steps.subList(savepoint.steps(), steps.size()).clear();
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
                Optional<SigningKey> key = RotationFiles.findKey(files.keyFile(entry.keyFile()));
                key.ifPresent(signing -> states = states.with(new RotatedKey(
                        domain,
                        entry.selector(),
                        Optional.empty(),
                        signing.algorithm(),
                        entry.keyFile(),
                        signing.publicKeyRecord(),
                        KeyState.ACTIVE,
                        KeyWait.NONE,
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

    /**
     * Removes from the table what is over, and then believes the table: a command may have been ended after it wrote the table.
     * So a key that is known to be active depends on no date that a clock can be set behind.
     */
    void reconcile() {
        ClockReading now = now();
        table = table.cleaned(states.keys(), now.time());
        for (RotatedKey key : states.keys()) {
            Optional<KeyValidity> validity = table.validity(key);
            if (key.state() == KeyState.ACTIVE && validity.isEmpty()) {
                move(key, KeyState.RETIRED, now, "its time in the table is over", KeyLifecycle.retention(now));
            } else if (key.state() != KeyState.ACTIVE
                    && validity.filter(each -> each.contains(now.time())).isPresent()) {
                move(key, KeyState.ACTIVE, now, "its line in the table lets it sign", KeyWait.NONE);
            }
        }
    }

    /** Changes the state of a key, and shows that as a step. */
    void move(RotatedKey key, KeyState next, ClockReading now, String reason, KeyWait wait) {
        replace(key, key.in(next, now, reason, wait));
        step(key, Keyword.of(next) + ": " + reason);
    }

    /** Asks the servers of all keys that still have a record to think of. */
    List<KeyStatus> observe(Optional<DomainName> domain) {
        List<KeyStatus> seen = new ArrayList<>();
        for (RotatedKey key : states.keys()) {
            if (domain.isPresent() && !key.domain().equals(domain.get())) {
                continue;
            }
            Sighting sighting = key.state() == KeyState.GONE ? Sighting.NONE : check.look(key);
            ClockReading now = now();
            RotatedKey observed = KeyLifecycle.observed(key, sighting, now);
            states = states.replace(key, observed);
            stepOf(key, observed, sighting);
            if (observed.state() == KeyState.GENERATED
                    && table.validity(observed).isPresent()) {
                // Its start was planned, and its record was taken away before.
                table = table.withoutPlan(observed, states.of(observed.domain()));
            }
            seen.add(new KeyStatus(observed, sighting, ""));
        }
        return seen;
    }

    private void stepOf(RotatedKey before, RotatedKey observed, Sighting sighting) {
        if (observed.state() != before.state()) {
            step(
                    observed,
                    Keyword.of(observed.state()) + ": "
                            + observed.history().getLast().reason());
        } else if (observed.brokenSince().isPresent() && before.brokenSince().isEmpty()) {
            step(observed, "broken: " + sighting.firstWrong());
        } else if (observed.brokenSince().isEmpty() && before.brokenSince().isPresent()) {
            step(observed, "no longer broken: every server has its record again");
        }
    }

    /** The newest key with a selector, which must exist. */
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
