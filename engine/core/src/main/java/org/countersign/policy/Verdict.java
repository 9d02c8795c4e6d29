package org.countersign.policy;

import java.util.Optional;

/** What is to become of a message. */
public sealed interface Verdict {
    /** The one word for logs and output. */
    default String keyword() {
        return switch (this) {
            case Accept accept -> "accept";
            case Tag tag -> "tag";
            case Quarantine quarantine -> "quarantine";
            case Discard discard -> "discard";
            case Reject reject -> "reject";
            case TempFail tempFail -> "tempfail";
        };
    }

    /** The reply of a verdict that refuses. */
    default Optional<SmtpReply> refusal() {
        return switch (this) {
            case Reject(SmtpReply reply) -> Optional.of(reply);
            case TempFail(SmtpReply reply) -> Optional.of(reply);
            case Accept accept -> Optional.empty();
            case Tag tag -> Optional.empty();
            case Quarantine quarantine -> Optional.empty();
            case Discard discard -> Optional.empty();
        };
    }

    /** Deliver it. */
    record Accept() implements Verdict {}

    /** Deliver it with a field that says by which rule, for a filter of the recipient's. */
    record Tag() implements Verdict {}

    /** Deliver it marked as suspicious, so that it does not stand among the others, or have it held back. */
    record Quarantine(QuarantineAction how) implements Verdict {}

    /** Say yes and drop it; nobody is told. */
    record Discard() implements Verdict {}

    /** Refuse it for good, in the SMTP session. */
    record Reject(SmtpReply reply) implements Verdict {}

    /** Ask the client to come back later. */
    record TempFail(SmtpReply reply) implements Verdict {}
}
