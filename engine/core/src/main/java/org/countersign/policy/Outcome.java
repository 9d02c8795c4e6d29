package org.countersign.policy;

/** The {@link Action} of a rule with its parameters, before it is applied to a message. */
public sealed interface Outcome {
    /** See {@link Action#ACCEPT}. */
    record Accept() implements Outcome {}

    /** See {@link Action#TAG}. */
    record Tag() implements Outcome {}

    /** See {@link Action#QUARANTINE}. */
    record Quarantine(QuarantineAction how) implements Outcome {}

    /** See {@link Action#DISCARD}. */
    record Discard() implements Outcome {}

    /** See {@link Action#REJECT}. */
    record Reject(ReplyTemplate reply) implements Outcome {}

    /** See {@link Action#TEMPFAIL}. */
    record TempFail(ReplyTemplate reply) implements Outcome {}

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

    /** The keyword in a policy file. */
    default String keyword() {
        return action().keyword();
    }

    /** Whether the recipients get the message unconditionally. */
    default boolean delivers() {
        return action().delivers();
    }

    /** The action for one message, with the placeholders of a reply replaced. */
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
