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
 * What both sides have agreed on. Everything here is a part of the offer: Sendmail and Postfix hang up on a
 * filter that sets a bit which was not offered, and a reply that is sent though none is due, or not sent
 * though one is, puts the two out of step for good.
 */
record Negotiation(int version, int actions, int protocol) {
    private static final int OLDEST_VERSION = 2;
    private static final int NEWEST_VERSION = 6;

    private static final int WANTED_ACTIONS =
            Action.mask(Action.ADD_HEADERS, Action.CHANGE_HEADERS, Action.QUARANTINE, Action.SET_MACRO_LISTS);

    // Nothing is answered before the end of the message, so that the mail server need not wait for us. SKIP
    // goes unused by that: it is an answer to a piece of the body.
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

    // A list for every stage: Postfix sends nothing for a stage without one once there is any, and Sendmail
    // ignores the list for the end of the message unless the end of the headers has one.
    private static final Map<MacroStage, List<String>> MACROS = Map.of(
            MacroStage.CONNECT,
            List.of("j", "{daemon_name}", "{daemon_addr}", "{client_addr}", "{client_name}", "_"),
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

    /** What we take of an offer; empty for a version that nobody has spoken this century. */
    static Optional<Negotiation> of(MilterCommand.OptionNegotiation offer) {
        return offer.version() < OLDEST_VERSION
                ? Optional.empty()
                : Optional.of(new Negotiation(
                        Math.min(offer.version(), NEWEST_VERSION),
                        offer.actions() & WANTED_ACTIONS,
                        offer.protocol() & WANTED_PROTOCOL));
    }

    MilterReply reply() {
        return new MilterReply.Negotiated(version, actions, protocol, may(Action.SET_MACRO_LISTS) ? MACROS : Map.of());
    }

    boolean may(Action action) {
        return action.isIn(actions);
    }

    /** Whether header values come and go with the white space that they begin with. */
    boolean keepsLeadingSpace() {
        return ProtocolOption.HEADER_LEADING_SPACE.isIn(protocol);
    }

    /** Whether the mail server waits for a reply to this command. */
    boolean expectsReplyTo(CommandCode command) {
        return ProtocolOption.expectsReply(command, protocol);
    }
}
