package org.countersign.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.config.SigningTableText;
import org.countersign.domain.AddressPattern;
import org.countersign.signing.KeyValidity;

/** What the lines of the table say about keys, and the changes of the table that a rotation makes. Immutable. */
record KeyTable(SigningTableText text) {
    /** How long a key stays in the table behind its successor, which it replaces if the successor's record is lost. */
    static final Duration OVERLAP = Duration.ofDays(1);

    private static final List<String> HEADING = List.of(
            "countersign key changes this file: it adds and dates the lines of keys that it generates,",
            "and dates and removes the lines of keys that these replace. Other lines are yours.");

    private List<KeyEntry> entries(RotatedKey key) {
        return text.lines().stream()
                .map(SigningTableFile.Line::key)
                .filter(key::isIn)
                .toList();
    }

    /** The time in which a key signs; empty if no line lets it sign. */
    Optional<KeyValidity> validity(RotatedKey key) {
        return entries(key).stream()
                .map(KeyEntry::validity)
                .filter(each -> !isOver(each))
                .findFirst();
    }

    /** A line of a key that never signs again. The service reads no table without lines in the place of one with lines. */
    private static boolean isOver(KeyValidity validity) {
        return validity.retiredFrom().filter(Instant.EPOCH::equals).isPresent();
    }

    /** Whether a line names this key file. */
    boolean names(String keyFile) {
        return text.lines().stream().anyMatch(line -> line.key().keyFile().equals(keyFile));
    }

    /** The key signs no more. */
    KeyTable without(RotatedKey key) {
        SigningTableText without = text.without(key::isIn);
        return new KeyTable(
                without.lines().isEmpty() && !text.lines().isEmpty()
                        ? text.withValidity(key::isIn, new KeyValidity(Optional.empty(), Optional.of(Instant.EPOCH)))
                        : without);
    }

    KeyTable retiringAt(RotatedKey key, Optional<Instant> end) {
        // A start that is not before the end comes from a clock that was set back since.
        Optional<Instant> start = validity(key)
                .flatMap(KeyValidity::activeFrom)
                .filter(from -> end.isEmpty() || from.isBefore(end.get()));
        return new KeyTable(text.withValidity(key::isIn, new KeyValidity(start, end)));
    }

    /**
     * The key signs from a moment on, what the keys before it sign.
     *
     * @param others the other keys of the domain
     */
    KeyTable withActive(RotatedKey key, List<RotatedKey> others, Instant start, Instant now) {
        Predicate<RotatedKey> signs = other -> validity(other).isPresent();
        List<RotatedKey> before =
                others.stream().filter(key::isSameKind).filter(signs).toList();
        Optional<RotatedKey> model = before.stream()
                .max(Comparator.comparing(other ->
                        validity(other).flatMap(KeyValidity::activeFrom).orElse(Instant.MIN)))
                .or(() -> others.stream().filter(signs).findFirst());
        KeyValidity validity = new KeyValidity(Optional.of(start), Optional.empty());
        // A start that was planned for another moment is taken back.
        SigningTableText unplanned = text.without(key::isIn);
        SigningTableText headed = text.text().isEmpty() ? text.withHeading(HEADING) : unplanned;
        KeyTable result = new KeyTable(
                model.isPresent()
                        ? headed.withSuccessor(model.get()::isIn, key.selector(), key.keyFile(), validity)
                        : headed.withLine(
                                List.of(
                                        key.domain().toString(),
                                        key.domain().toString(),
                                        key.selector(),
                                        key.keyFile()),
                                validity));
        for (RotatedKey other : before) {
            if (result.authors(key).containsAll(result.authors(other))) {
                Instant end = start.plus(OVERLAP);
                Optional<Instant> earlier =
                        validity(other).flatMap(KeyValidity::retiredFrom).filter(end::isAfter);
                // Not before the successor signs.
                result = result.retiringAt(
                        other, Optional.of(earlier.filter(start::isBefore).orElse(end)));
            }
        }
        List<RotatedKey> all = Stream.concat(others.stream(), Stream.of(key)).toList();
        return result.withoutOver(key).cleaned(all, now);
    }

    /** Removes lines that were kept only because the table had no other line. */
    private KeyTable withoutOver(RotatedKey added) {
        return new KeyTable(text.without(entry -> !added.isIn(entry) && isOver(entry.validity())));
    }

    private Set<AddressPattern> authors(RotatedKey key) {
        Set<AddressPattern> authors = new HashSet<>();
        text.lines().stream().filter(line -> key.isIn(line.key())).forEach(line -> authors.add(line.author()));
        return authors;
    }

    /** The planned start of a key is taken back, and the keys before it go on. */
    KeyTable withoutPlan(RotatedKey key, List<RotatedKey> others) {
        KeyTable result = without(key);
        for (RotatedKey other : others) {
            if (key.isSameKind(other)
                    && result.validity(other).flatMap(KeyValidity::retiredFrom).isPresent()) {
                result = result.retiringAt(other, Optional.empty());
            }
        }
        return result;
    }

    /**
     * Removes the lines of keys whose time is over, and dates that have no use any more. One key that has begun to sign keeps no
     * date of its start, so that a clock that is set back, now or since then, leaves no mail unsigned.
     */
    KeyTable cleaned(List<RotatedKey> keys, Instant now) {
        KeyTable result = this;
        for (RotatedKey key : keys) {
            boolean over = result.validity(key)
                    .flatMap(KeyValidity::retiredFrom)
                    .filter(end -> !now.isBefore(end))
                    .isPresent();
            if (over) {
                result = result.without(key);
            }
        }
        for (RotatedKey key : keys) {
            Optional<Instant> start = result.start(key);
            KeyTable current = result;
            if (start.isPresent()
                    && hasBegun(key, start.get(), now)
                    && keys.stream()
                            .filter(key::isSameKind)
                            .noneMatch(other -> current.beginsBefore(other, start.get()))) {
                result = new KeyTable(result.text.withValidity(
                        key::isIn,
                        new KeyValidity(Optional.empty(), result.validity(key).flatMap(KeyValidity::retiredFrom))));
            }
        }
        return result;
    }

    private Optional<Instant> start(RotatedKey key) {
        return validity(key).flatMap(KeyValidity::activeFrom);
    }

    /** Whether the key has signed at some time, even if the clock was set back since. */
    private static boolean hasBegun(RotatedKey key, Instant start, Instant now) {
        return !now.isBefore(start)
                || (key.state() == KeyState.ACTIVE && !key.since().isBefore(start));
    }

    private boolean beginsBefore(RotatedKey other, Instant start) {
        return validity(other)
                .filter(each -> each.activeFrom().map(start::isAfter).orElse(true))
                .isPresent();
    }
}
