package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.MessageLimits;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;

/** Fields that only this system may write, or that have an unknown version, are removed, and no others. */
class ForgedHeaderProperties {
    private static final LocalHeaders LOCAL =
            new LocalHeaders(AuthservIdentity.of("mx.receiver.example", List.of("old.receiver.example"), false), false);
    private static final Set<String> FORGED = Set.of(
            " mx.receiver.example; dmarc=pass",
            " OLD.receiver.example 1; none",
            "(x)\"mx.receiver.example\"",
            " mx.receiver.example; (");
    private static final Set<String> OF_OTHER_VERSION = Set.of(
            " mx.other.example 2; dmarc=pass",
            "(a 1)\r\n \"mx.other.example\" (b) 02 (c); none",
            " mx.other.example 11",
            " mx.other.example 0; spf=pass");

    private static List<HeaderEdit.Remove> removals(List<HeaderField> fields) {
        HeaderCollector collector = new HeaderCollector(MessageLimits.DEFAULT, LOCAL);
        fields.forEach(collector::add);
        return collector.removals();
    }

    /** Removes the fields as a mail server does: from the last one upwards, so that other instance numbers stay valid. */
    private static List<HeaderField> remove(List<HeaderField> fields, List<HeaderEdit.Remove> removals) {
        List<HeaderField> left = new ArrayList<>(fields);
        for (HeaderEdit.Remove removal : removals.reversed()) {
            int instance = 0;
            for (int i = 0; i < left.size(); i++) {
                if (left.get(i).is(removal.name()) && ++instance == removal.instance()) {
                    left.remove(i);
                    break;
                }
            }
        }
        return left;
    }

    /** Forged, or of a version that nobody here can read (RFC 8601 §5). */
    private static boolean mustBeRemoved(HeaderField field) {
        String value = field.value().latin1();
        return field.is("X-Countersign-Verdict")
                || (field.is("Authentication-Results") && (FORGED.contains(value) || OF_OTHER_VERSION.contains(value)));
    }

    @Property(tries = 500)
    void exactlyTheForgedFieldsAndThoseOfAnotherVersionAreRemoved(@ForAll("fields") List<HeaderField> fields) {
        List<HeaderField> left = remove(fields, removals(fields));
        assertThat(left)
                .containsExactlyElementsOf(
                        fields.stream().filter(field -> !mustBeRemoved(field)).toList());
    }

    @Property(tries = 500)
    void removingFieldsTwiceEqualsRemovingThemOnce(@ForAll("fields") List<HeaderField> fields) {
        assertThat(removals(remove(fields, removals(fields)))).isEmpty();
    }

    @Provide
    Arbitrary<List<HeaderField>> fields() {
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(FORGED),
                Arbitraries.of(OF_OTHER_VERSION),
                Arbitraries.of(
                        " mx.other.example; dmarc=pass",
                        " amx.receiver.example; dmarc=pass",
                        " receiver.example; dmarc=pass",
                        " mx.other.example 1; dmarc=pass",
                        " mx.other.example (2) ; dmarc=pass 2",
                        " dmarc=pass 2; spf=pass",
                        " 2; spf=pass",
                        " mx.other.example (mx.receiver.example); spf=pass",
                        ""));
        Arbitrary<String> names = Arbitraries.of(
                "Authentication-Results",
                "AUTHENTICATION-RESULTS",
                "ARC-Authentication-Results",
                "X-Countersign-Verdict",
                "x-countersign-verdict",
                "Received");
        return Combinators.combine(names, values)
                .as((name, value) -> HeaderField.of(name, value))
                .list()
                .ofMaxSize(12);
    }
}
