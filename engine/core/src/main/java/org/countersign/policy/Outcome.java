package org.countersign.policy;

/** What a rule wants done with a message. */
public sealed interface Outcome {
    record Accept() implements Outcome {}

    record Tag() implements Outcome {}

    record Quarantine(QuarantineAction how) implements Outcome {}

    record Discard() implements Outcome {}

    record Reject(ReplyTemplate reply) implements Outcome {}

    record TempFail(ReplyTemplate reply) implements Outcome {}

    /** The word for it in a policy file. */
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

    /** Whether the recipients get the message, without further ado. */
    default boolean delivers() {
        return this instanceof Accept || this instanceof Tag;
    }

    /** The same for one message. */
    default Verdict verdict(RuleContext facts, String rule) {
        return switch (this) {
            case Accept accept -> new Verdict.Accept();
            case Tag tag -> new Verdict.Tag();
            case Quarantine(QuarantineAction how) -> new Verdict.Quarantine(how);
            case Discard discard -> new Verdict.Discard();
            case Reject(ReplyTemplate reply) -> new Verdict.Reject(reply.render(facts, rule));
            case TempFail(ReplyTemplate reply) -> new Verdict.TempFail(reply.render(facts, rule));
        };
    }
}
