package org.countersign.reports.document;

/**
 * A reason for an action that differs from the published policy, to be written (RFC 9990 §3.1.1.14).
 *
 * @param comment details, at most 1,000 characters; may be empty
 */
public record OverrideReason(PolicyOverrideType type, String comment) {
    public OverrideReason {
        comment = XmlText.cleaned(comment, 1000);
    }
}
