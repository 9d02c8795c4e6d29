package org.countersign;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.countersign.authres.AuthservIds;
import org.countersign.message.HeaderField;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Decision;
import org.countersign.policy.HeaderChanges;
import org.countersign.policy.Verdict;

/** The header fields that speak in our name: which of a message's are forged, and which we add. */
final class OwnHeaders {
    /** Stands on a message that is delivered although it looks forged, for a filter of the recipient's. */
    static final String VERDICT = "X-Countersign-Verdict";

    private OwnHeaders() {}

    /** Whether a field has one of the names that ours have, or one that is taken for it. */
    static boolean maySpeakForUs(HeaderField field) {
        return field.is(VERDICT) || AuthservIds.isResultsField(field);
    }

    /** Whether a field that may speak for us must not come in from outside (RFC 8601 §5). */
    static boolean isForged(HeaderField field, AuthservIds ownIds) {
        return field.is(VERDICT) || ownIds.claims(field);
    }

    /** The header section as the rule leaves it, which a seal of ours must cover. */
    static HeaderSection changed(HeaderSection headers, Decision decision) {
        HeaderChanges changes = decision.changes();
        List<HeaderField> left = new ArrayList<>(changes.added());
        headers.fields().stream()
                .filter(field -> changes.removed().stream().noneMatch(field::is))
                .forEach(left::add);
        return new HeaderSection(left);
    }

    /** First what is taken away, then ours and what the rule adds, to stand on top (RFC 8601 §4). */
    static List<HeaderEdit> edits(
            List<HeaderEdit.Remove> forged, List<HeaderField> ours, HeaderSection headers, Decision decision) {
        Set<HeaderEdit> edits = new LinkedHashSet<>(forged);
        for (String name : decision.changes().removed()) {
            int count = headers.all(name).size();
            for (int instance = 1; instance <= count; instance++) {
                edits.add(new HeaderEdit.Remove(name, instance));
            }
        }
        ours.forEach(field -> edits.add(new HeaderEdit.Prepend(field)));
        decision.changes().added().forEach(field -> edits.add(new HeaderEdit.Prepend(field)));
        if (decision.verdict() instanceof Verdict.Quarantine || decision.verdict() instanceof Verdict.Tag) {
            String value = " " + decision.verdict().keyword() + "; rule=" + decision.rule();
            edits.add(new HeaderEdit.Prepend(HeaderField.of(VERDICT, value)));
        }
        return List.copyOf(edits);
    }
}
