package org.countersign.milter.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.milter.wire.Action;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MacroStage;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolOption;

/**
 * The negotiated protocol version and options, which are always a subset of the offer. Sendmail and Postfix close the
 * connection if a filter sets a bit that was not offered. A missing or superfluous reply would make all later replies
 * belong to the wrong command.
 */
record Negotiation(int version, int actions, int protocol) {
    private static final int MIN_VERSION = 2;
    private static final int MAX_VERSION = 6;

    private static final int WANTED_ACTIONS =
            Action.mask(Action.ADD_HEADERS, Action.CHANGE_HEADERS, Action.QUARANTINE, Action.SET_MACRO_LISTS);

    // No reply is sent before the end of the message, so that the mail server need not wait. So SKIP, a reply to a
    // piece of the body, is not used.
    private static final int WANTED_PROTOCOL = ProtocolOption.mask(
            ProtocolOption.HEADER_LEADING_SPACE,
            ProtocolOption.NO_UNKNOWN,
            ProtocolOption.NO_DATA,
            ProtocolOption.NO_REPLY_CONNECT,
            ProtocolOption.NO_REPLY_HELO,
            ProtocolOption.NO_REPLY_MAIL,
            ProtocolOption.NO_REPLY_RECIPIENT,
            ProtocolOption.NO_REPLY_DATA,
            ProtocolOption.NO_REPLY_UNKNOWN,
            ProtocolOption.NO_REPLY_HEADER,
            ProtocolOption.NO_REPLY_END_OF_HEADERS,
            ProtocolOption.NO_REPLY_BODY);

    // Every stage has a list. If there is any list, Postfix sends no macros for a stage without one. Sendmail ignores
    // the list for the end of the message unless there is one for the end of the headers.
    private static final Map<MacroStage, List<String>> MACROS = Map.of(
            MacroStage.CONNECT,
            List.of("j", "{daemon_name}", "{daemon_addr}", "{client_addr}", "{client_name}", "_", "v"),
            MacroStage.HELO,
            List.of(),
            MacroStage.MAIL,
            List.of("i", "{auth_authen}", "{auth_type}", "{mail_addr}", "{daemon_name}"),
            MacroStage.RECIPIENT,
            List.of("{rcpt_mailer}"),
            MacroStage.DATA,
            List.of("i"),
            MacroStage.END_OF_HEADERS,
            List.of("i", "{auth_authen}", "{auth_type}"),
            MacroStage.END_OF_MESSAGE,
            List.of("i", "{auth_authen}", "{auth_type}"));

    /** The options to use of an offer; empty if the version of the mail server is too old. */
    static Optional<Negotiation> of(MilterCommand.OptionNegotiation offer) {
        return offer.version() < MIN_VERSION
                ? Optional.empty()
                : Optional.of(new Negotiation(
                        Math.min(offer.version(), MAX_VERSION),
                        offer.actions() & WANTED_ACTIONS,
                        offer.protocol() & WANTED_PROTOCOL));
    }

    MilterReply reply() {
        return new MilterReply.Negotiated(version, actions, protocol, may(Action.SET_MACRO_LISTS) ? MACROS : Map.of());
    }

    boolean may(Action action) {
        return action.isIn(actions);
    }

    /** Whether header values include their leading white space. */
    boolean keepsLeadingSpace() {
        return ProtocolOption.HEADER_LEADING_SPACE.isIn(protocol);
    }

    /** Whether the mail server waits for a reply to this command. */
    boolean expectsReplyTo(CommandCode command) {
        return ProtocolOption.expectsReply(command, protocol);
    }
}
