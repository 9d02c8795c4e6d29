package org.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/**
 * The header edits of a rule.
 *
 * @param added at most {@link #MAX_EDITS}
 * @param removed names of fields, at most {@link #MAX_EDITS}
 */
public record FieldEdits(List<Added> added, List<String> removed) {
    /** No edits. */
    public static final FieldEdits NONE = new FieldEdits(List.of(), List.of());
    /** The maximum number of added fields, and of removed names. */
    public static final int MAX_EDITS = 10;

    private static final int MAX_NAME = 76;
    // A line has at most 998 octets (RFC 5322 §2.1.1), the name and the colon included.
    private static final int MAX_VALUE = 900;

    // A rule must not forge the author, the trace and the results of a message. The other fields must occur at most
    // once
    // (RFC 5322 §3.6).
    private static final Set<String> NOT_ADDED = Set.of(
            "authentication-results",
            "received",
            "received-spf",
            "return-path",
            "dkim-signature",
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "bcc",
            "date",
            "message-id",
            "in-reply-to",
            "references",
            "subject",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "x-countersign-verdict");
    private static final Set<String> NOT_REMOVED = Set.of(
            "authentication-results",
            "received",
            "return-path",
            "from",
            "date",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "x-countersign-verdict");

    /** A field to add. */
    public record Added(String name, TextTemplate value) {}

    public FieldEdits {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    /** The reason why a rule must not add a field of this name, as a predicate; empty if it may. */
    public static Optional<String> problemOfAdding(String name) {
        return problem(name, NOT_ADDED, "must not be added by a rule");
    }

    /** The reason why a rule must not remove fields of this name, as a predicate; empty if it may. */
    public static Optional<String> problemOfRemoving(String name) {
        return problem(name, NOT_REMOVED, "must not be removed by a rule");
    }

    private static Optional<String> problem(String name, Set<String> refused, String why) {
        // RFC 5322 §2.2: printable US-ASCII except the colon.
        boolean isName = !name.isEmpty()
                && name.length() <= MAX_NAME
                && name.chars().allMatch(c -> Ascii.isVisible(c) && c != ':');
        if (!isName) {
            return Optional.of("is not the name of a header field, such as X-Suspicious");
        }
        String lower = Ascii.lower(name);
        return refused.contains(lower) || lower.startsWith("arc-") ? Optional.of(why) : Optional.empty();
    }

    HeaderChanges render(RuleContext facts, String rule) {
        List<HeaderField> fields = new ArrayList<>(added.size());
        for (Added field : added) {
            fields.add(HeaderField.of(field.name(), value(field, facts, rule)));
        }
        return new HeaderChanges(fields, removed);
    }

    private static String value(Added field, RuleContext facts, String rule) {
        String value = field.value().render(facts, rule);
        return " " + value.substring(0, Math.min(value.length(), MAX_VALUE));
    }
}
