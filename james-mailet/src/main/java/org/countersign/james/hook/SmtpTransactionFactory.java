package org.countersign.james.hook;

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

/** Creates the engine's view of an SMTP transaction from a session of James. */
final class SmtpTransactionFactory {
    private SmtpTransactionFactory() {}

    /**
     * Returns the current transaction of a session.
     *
     * @throws IllegalStateException if the session does not know the address of its client
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
        // A client that James relays for without authentication (authorizedAddresses) is a local machine.
        if (session.isRelayingAllowed() && !authenticated) {
            return new Client.Local();
        }
        // Behind a proxy this is the client's address, which the PROXY protocol has passed on.
        InetAddress address = Optional.ofNullable(session.getRemoteAddress())
                .flatMap(remote -> Optional.ofNullable(remote.getAddress()))
                .orElseThrow(() -> new IllegalStateException("the client's address is not known"));
        return new Client.Ip(IpNetwork.plain(address), "");
    }
}
