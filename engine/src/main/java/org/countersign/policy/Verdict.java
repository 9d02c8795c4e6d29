package org.countersign.policy;

/** What is to become of a message. */
public sealed interface Verdict {
    /** The one word for logs and output. */
    default String keyword() {
        return switch (this) {
            case Accept accept -> "accept";
            case Quarantine quarantine -> "quarantine";
            case Reject reject -> "reject";
            case TempFail tempFail -> "tempfail";
        };
    }

    /** Deliver it. */
    record Accept() implements Verdict {}

    /** Deliver it marked as suspicious, so that it does not stand among the others. */
    record Quarantine() implements Verdict {}

    /** Refuse it for good, in the SMTP session. */
    record Reject(SmtpReply reply) implements Verdict {}

    /** Ask the client to come back later. */
    record TempFail(SmtpReply reply) implements Verdict {}
}
