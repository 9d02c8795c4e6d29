package org.countersign;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.authres.AuthservIds;
import org.countersign.message.HeaderSection;
import org.countersign.policy.Decision;
import org.countersign.policy.HeaderChanges;
import org.countersign.policy.Verdict;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.ReceivedSpf;

/**
 * The header fields that speak in our name: which of a message's are forged, and which we add.
 *
 * @param ids the names under which nobody but us gives results
 * @param receivedSpf whether we write Received-SPF, so that nobody else may
 */
record LocalHeaders(AuthservIds ids, boolean receivedSpf) {
    /** Stands on a message that is delivered although it looks forged, for a filter of the recipient's. */
    static final String VERDICT = "X-Countersign-Verdict";

    /** Whether a field has one of the names that ours have, or one that is taken for it. */
    boolean maySpeakForUs(HeaderField field) {
        return AuthservIds.isResultsField(field) || isOurs(field);
    }

    /** Whether a field that may speak for us must not come in from outside (RFC 8601 §5). */
    boolean isForged(HeaderField field) {
        return isOurs(field) || ids.claims(field);
    }

    /** Whether a field has a name that none but ours have, whatever its value. */
    private boolean isOurs(HeaderField field) {
        return field.mayBeReadAs(VERDICT) || (receivedSpf && field.mayBeReadAs(ReceivedSpf.NAME));
    }

    /**
     * Whether some program may find a field with one of our names within the field, behind a stray octet. No genuine
     * results stand there, so the id in them does not matter.
     */
    boolean mayHideOurs(HeaderField field) {
        return field.mayHide(AuthenticationResultsWriter.NAME)
                || field.mayHide(VERDICT)
                || (receivedSpf && field.mayHide(ReceivedSpf.NAME));
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
