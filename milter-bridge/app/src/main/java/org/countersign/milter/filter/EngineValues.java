package org.countersign.milter.filter;

import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.domain.ReversePath;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ReplyText;
import org.countersign.policy.Decision;
import org.countersign.policy.QuarantineAction;
import org.countersign.policy.SmtpReply;
import org.countersign.policy.Verdict;
import org.countersign.syntax.Ascii;

/** Converts values of the protocol to those of the engine, and verdicts of the engine to those of the protocol. */
final class EngineValues {
    // The client name that Sendmail sends, without an address, for mail from its standard input.
    private static final String LOCAL_HOST = "localhost";
    private static final String POSTFIX = "Postfix";

    private EngineValues() {}

    static SmtpTransaction transaction(Envelope envelope) {
        MacroValues macros = envelope.macros();
        return new SmtpTransaction(
                client(envelope),
                envelope.helo(),
                ReversePath.parse(envelope.mailFrom()),
                macros.authenticatedUser(),
                macros.daemonName().orElse(""),
                macros.hostName().orElse(""),
                completesAddresses(macros));
    }

    /**
     * Sendmail completes addresses when it delivers a message. Postfix does so before a filter sees them. Of these two, only
     * Postfix begins its version with its name.
     */
    private static boolean completesAddresses(MacroValues macros) {
        return macros.version().filter(version -> !version.startsWith(POSTFIX)).isPresent();
    }

    private static Client client(Envelope envelope) {
        return switch (envelope.clientAddress()) {
            case ClientAddress.Ip ip -> new Client.Ip(ip.address(), envelope.clientName());
            case ClientAddress.Local local -> new Client.Local();
            case ClientAddress.Unknown unknown ->
                Ascii.equalsIgnoreCase(envelope.clientName(), LOCAL_HOST) ? new Client.Local() : new Client.Unknown();
            // A client of the network has its name from a DNS that others write.
            case ClientAddress.Unusable unusable -> new Client.Unknown();
        };
    }

    static FilterVerdict verdict(Decision decision) {
        return switch (decision.verdict()) {
            case Verdict.Accept accept -> new FilterVerdict.Accept();
            case Verdict.Tag tag -> new FilterVerdict.Accept();
            case Verdict.Quarantine(QuarantineAction how) ->
                switch (how) {
                    // The edits include the field that marks the message.
                    case MARK -> new FilterVerdict.Accept();
                    case HOLD -> new FilterVerdict.Quarantine(decision.rule() + ": " + decision.reason());
                };
            case Verdict.Discard discard -> new FilterVerdict.Discard();
            case Verdict.Reject(SmtpReply reply) -> refusal(reply);
            case Verdict.TempFail(SmtpReply reply) -> refusal(reply);
        };
    }

    private static FilterVerdict refusal(SmtpReply reply) {
        return new FilterVerdict.Refuse(ReplyText.of(reply.code(), reply.enhancedCode(), reply.text()));
    }
}
