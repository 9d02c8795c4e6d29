package org.countersign.james;

import java.net.InetAddress;
import java.util.Optional;
import org.apache.james.core.MaybeSender;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;

/** Says in the engine's terms what James knows of a message besides the message. */
final class SmtpFacts {
    private SmtpFacts() {}

    /**
     * The transaction that a session is in.
     *
     * @throws IllegalStateException when the session has lost its client's address
     */
    static SmtpTransaction transaction(SMTPSession session, MaybeSender sender) {
        Optional<String> user = Optional.ofNullable(session.getUsername()).map(Username::asString);
        return new SmtpTransaction(
                client(session, user.isPresent()),
                session.getAttachment(SMTPSession.CURRENT_HELO_NAME, State.Connection)
                        .orElse(""),
                ReversePath.parse(sender.asString()),
                user,
                "",
                Optional.ofNullable(session.getConfiguration().getHelloName()).orElse(""));
    }

    private static Client client(SMTPSession session, boolean authenticated) {
        // Whom James relays for without a password (authorizedAddresses) is one of our own machines.
        if (session.isRelayingAllowed() && !authenticated) {
            return new Client.Local();
        }
        // What came by the PROXY protocol takes the place of the proxy's own address.
        InetAddress address = Optional.ofNullable(session.getRemoteAddress())
                .flatMap(remote -> Optional.ofNullable(remote.getAddress()))
                .orElseThrow(() -> new IllegalStateException("the client's address is not known"));
        return new Client.Ip(IpNetwork.plain(address), "");
    }
}
