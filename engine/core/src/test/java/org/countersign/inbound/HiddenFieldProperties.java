package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.MessageLimits;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/** After the edits, programs that accept other line ends find no local field of a sender either. */
class HiddenFieldProperties {
    private static final LocalHeaders LOCAL =
            new LocalHeaders(AuthservIdentity.of("mx.receiver.example", List.of(), false), true);
    private static final List<String> LINE_ENDS = List.of("\r\n?", "\n", "\r\n|\r|\n", "\r\n", "\r\n|[\r\n\0]");

    private static HeaderCollector collect(List<HeaderField> fields) {
        HeaderCollector collector = new HeaderCollector(MessageLimits.DEFAULT, LOCAL);
        fields.forEach(collector::add);
        return collector;
    }

    /** Counts as libmilter does: per name, ignoring case. */
    private static List<HeaderField> edited(List<HeaderField> fields) {
        Map<String, Set<Integer>> removed = new HashMap<>();
        for (HeaderEdit.Remove removal : collect(fields).removals()) {
            boolean first = removed.computeIfAbsent(removal.name().toLowerCase(Locale.ROOT), name -> new HashSet<>())
                    .add(removal.instance());
            assertThat(first).as("a field is removed once").isTrue();
        }
        Map<String, Integer> seen = new HashMap<>();
        List<HeaderField> left = new ArrayList<>();
        for (HeaderField field : fields) {
            int instance = seen.merge(field.lowerName(), 1, Integer::sum);
            if (!removed.getOrDefault(field.name().toLowerCase(Locale.ROOT), Set.of())
                    .contains(instance)) {
                left.add(field);
            }
        }
        return left;
    }

    /** The local fields that a reader finds who accepts these line ends, unfolds, and trims white space. */
    private static List<String> inOurName(List<HeaderField> fields, String lineEnd) {
        String section = fields.stream()
                .map(field -> new String(field.raw().toByteArray(), StandardCharsets.ISO_8859_1) + "\r\n")
                .collect(Collectors.joining());
        List<String> lines = new ArrayList<>();
        for (String line : section.split(lineEnd, -1)) {
            boolean fold = line.startsWith(" ") || line.startsWith("\t");
            if (fold && !lines.isEmpty()) {
                lines.set(lines.size() - 1, lines.getLast() + line);
            } else {
                lines.add(line);
            }
        }
        return lines.stream().filter(HiddenFieldProperties::isInOurName).toList();
    }

    private static boolean isInOurName(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return false;
        }
        String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
        String value = line.substring(colon + 1).trim().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "authentication-results" ->
                value.split("[;\\s\0]", 2)[0].replace("\"", "").equals("mx.receiver.example");
            case "x-countersign-verdict", "received-spf" -> true;
            default -> false;
        };
    }

    @Property(tries = 20_000)
    void noReaderFindsALocalFieldWhateverItTakesForALineEnd(@ForAll("fields") List<HeaderField> fields) {
        List<HeaderField> left = edited(fields);
        for (String lineEnd : LINE_ENDS) {
            assertThat(inOurName(left, lineEnd)).as("lines end at " + lineEnd).isEmpty();
        }
    }

    @Property(tries = 2_000)
    void onlyForgedFieldsAndFieldsThatHideOneAreRemoved(@ForAll("fields") List<HeaderField> fields) {
        List<HeaderField> kept = fields.stream()
                .filter(field -> !LOCAL.mustBeRemoved(field) && !LOCAL.mayHideLocalField(field))
                .toList();
        assertThat(edited(fields)).isEqualTo(kept);
    }

    @Property(tries = 500)
    void beyondTheLimitsAMessageThatHidesALocalFieldIsRefusedInEveryMode(@ForAll("fields") List<HeaderField> fields) {
        HeaderCollector collector =
                new HeaderCollector(new MessageLimits(1, 100_000, 10, java.time.Duration.ofSeconds(1)), LOCAL);
        collector.add(HeaderField.of("Subject", " x"));
        fields.forEach(collector::add);
        boolean hides =
                fields.stream().anyMatch(field -> !LOCAL.mustBeRemoved(field) && LOCAL.mayHideLocalField(field));
        assertThat(collector.hasTooManyForged()).isEqualTo(hides);
        assertThat(collector.strayOctet().isPresent())
                .isEqualTo(fields.stream().anyMatch(field -> field.strayOctet(0) >= 0));
    }

    @Provide
    Arbitrary<List<HeaderField>> fields() {
        Arbitrary<String> soup = Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(
                                3,
                                Arbitraries.of(
                                        "\r", "\n", "\0", "\r\n", "\r\n ", " ", "\t", "\u0001", "\u000b", "\u00a0")),
                        net.jqwik.api.Tuple.of(
                                3,
                                Arbitraries.of(
                                        "Authentication-Results:",
                                        "authentication-results",
                                        "X-Countersign-Verdict:",
                                        "Received-SPF:",
                                        "mx.receiver.example",
                                        "; dmarc=pass",
                                        ":")),
                        net.jqwik.api.Tuple.of(1, Arbitraries.of("(", ")", "\"", "\\", "x", "other.example", "=?q?")))
                .list()
                .ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
        Arbitrary<String> names = Arbitraries.of("Subject", "subject", "From", "Authentication-Results", "X", "");
        // A name does not begin with white space or a line end: every mail server takes such a line for a fold.
        return Combinators.combine(names, soup, soup, Arbitraries.integers().between(0, 3))
                .as((name, more, value, kind) -> HeaderField.of(
                        Octets.latin1(kind == 0 && !name.isEmpty() ? name + more.replace(":", "") : name),
                        Octets.latin1(" " + value)))
                .list()
                .ofMaxSize(6);
    }
}
