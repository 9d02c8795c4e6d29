package org.countersign.inbound;

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
 * The header fields that only this system may write: which ones of a message are forged, and which ones are added.
 *
 * @param identity the names of this system in results
 * @param receivedSpf whether this system adds Received-SPF fields, so that those in an incoming message are removed
 */
public record LocalHeaders(AuthservIdentity identity, boolean receivedSpf) {
    /** The field added to a message that is delivered although it looks forged, for filters of the recipient. */
    private static final String VERDICT = "X-Countersign-Verdict";

    /** Whether a field has the name of a local field, or a name that some program takes for it. */
    boolean isCandidate(HeaderField field) {
        return AuthservIds.isResultsField(field) || hasLocalName(field);
    }

    /**
     * Whether a candidate in an incoming message must be removed, because it is forged, or because it is of a version that
     * later programs may read in another way (RFC 8601 §5).
     */
    boolean mustBeRemoved(HeaderField field) {
        return hasLocalName(field) || identity.ids().claims(field) || AuthservIds.isOfOtherVersion(field);
    }

    /** Whether a field has a name that only local fields have, regardless of its value. */
    private boolean hasLocalName(HeaderField field) {
        return field.mayBeReadAs(VERDICT) || (receivedSpf && field.mayBeReadAs(ReceivedSpf.NAME));
    }

    /**
     * Whether some program may find a local field within this field, after a stray octet. Genuine results never
     * follow a stray octet, so their authserv-id does not matter.
     */
    boolean mayHideLocalField(HeaderField field) {
        return field.mayHide(AuthenticationResultsWriter.NAME)
                || field.mayHide(VERDICT)
                || (receivedSpf && field.mayHide(ReceivedSpf.NAME));
    }

    /** The header section after the edits of the rule, which a seal must cover. */
    static HeaderSection changed(HeaderSection headers, Decision decision) {
        HeaderChanges changes = decision.changes();
        List<HeaderField> changed = new ArrayList<>(changes.added());
        headers.fields().stream()
                .filter(field -> changes.removed().stream().noneMatch(field::is))
                .forEach(changed::add);
        return new HeaderSection(changed);
    }

    /** The edits of a message: removals first, then local fields and those of the rule, added at the top (RFC 8601 §4). */
    static List<HeaderEdit> edits(
            List<HeaderEdit.Remove> forged, List<HeaderField> local, HeaderSection headers, Decision decision) {
        Set<HeaderEdit> edits = new LinkedHashSet<>(forged);
        for (String name : decision.changes().removed()) {
            int count = headers.all(name).size();
            for (int instance = 1; instance <= count; instance++) {
                edits.add(new HeaderEdit.Remove(name, instance));
            }
        }
        local.forEach(field -> edits.add(new HeaderEdit.Prepend(field)));
        decision.changes().added().forEach(field -> edits.add(new HeaderEdit.Prepend(field)));
        if (decision.verdict() instanceof Verdict.Quarantine || decision.verdict() instanceof Verdict.Tag) {
            String value = " " + decision.verdict().keyword() + "; rule=" + decision.rule();
            edits.add(new HeaderEdit.Prepend(HeaderField.of(VERDICT, value)));
        }
        return List.copyOf(edits);
    }
}
