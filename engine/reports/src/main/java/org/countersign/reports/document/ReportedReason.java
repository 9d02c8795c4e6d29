package org.countersign.reports.document;

/**
 * A reason for an action, as a report has it.
 *
 * @param type the word in lower case: a keyword of {@link PolicyOverrideType}, {@code forwarded} or {@code sampled_out} of
 *     RFC 7489, or any other; empty if the report has only a comment
 * @param comment text of a stranger; may be empty
 */
public record ReportedReason(String type, String comment) {}
