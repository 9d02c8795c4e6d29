package org.countersign.policy;

import java.util.Optional;

/** The {@link Action} for one message with its parameters. */
public sealed interface Verdict {
    /** See {@link Action#ACCEPT}. */
    record Accept() implements Verdict {}

    /** See {@link Action#TAG}. */
    record Tag() implements Verdict {}

    /** See {@link Action#QUARANTINE}. */
    record Quarantine(QuarantineAction how) implements Verdict {}

    /** See {@link Action#DISCARD}. */
    record Discard() implements Verdict {}

    /** See {@link Action#REJECT}. */
    record Reject(SmtpReply reply) implements Verdict {}

    /** See {@link Action#TEMPFAIL}. */
    record TempFail(SmtpReply reply) implements Verdict {}

    /** The action without its parameters. */
    default Action action() {
        return switch (this) {
            case Accept accept -> Action.ACCEPT;
            case Tag tag -> Action.TAG;
            case Quarantine quarantine -> Action.QUARANTINE;
            case Discard discard -> Action.DISCARD;
            case Reject reject -> Action.REJECT;
            case TempFail tempFail -> Action.TEMPFAIL;
        };
    }

    /** The keyword in logs, JSON and header fields. */
    default String keyword() {
        return action().keyword();
    }

    /** The SMTP reply of a verdict that refuses the message. */
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
}
