package org.countersign;

import java.net.InetAddress;
import java.util.List;
import org.countersign.MessageOutcome.PassedThrough;
import org.countersign.domain.IpNetwork;

/**
 * Tells the direction of a message from its connection alone.
 *
 * @param skipNetworks clients whose mail is not judged: machines of this system
 * @param signAuthenticated whether mail of authenticated clients is signed
 * @param signNetworks clients whose mail is signed without authentication
 * @param signListeners names of services (Postfix: {@code {daemon_name}}) whose mail is signed
 * @param localNetworks addresses of this machine whose mail is signed unless it is recognized as mail of other senders;
 *     empty if mail of this machine is not signed
 */
public record TrafficRules(
        List<IpNetwork> skipNetworks,
        boolean signAuthenticated,
        List<IpNetwork> signNetworks,
        List<String> signListeners,
        List<IpNetwork> localNetworks) {
    /** The loopback networks: addresses that only this machine has. */
    public static final List<IpNetwork> LOOPBACK = List.of(
            IpNetwork.parse("127.0.0.0/8").orElseThrow(),
            IpNetwork.parse("::1/128").orElseThrow());

    /** Loopback is internal; authenticated users and the listener {@code ORIGINATING} are outbound. */
    public static final TrafficRules DEFAULT = new TrafficRules(LOOPBACK, true, List.of(), List.of("ORIGINATING"));

    /** The direction of a message, as seen from this system. */
    public enum Direction {
        /** From outside: judge it. */
        INBOUND,
        /** From a local user: sign it. */
        OUTBOUND,
        /** From one local machine to another: let it pass. */
        INTERNAL
    }

    /** How certain it is that a local user wrote an outbound message. */
    public enum Submission {
        /** Certain: a login, the service, or a network of clients whose mail is signed. */
        TRUSTED,
        /** Over a loopback network that is listed to be signed for. A content filter may return judged mail this way. */
        LOOPBACK,
        /** From this machine. Content filters, mailbox filters and forwarding programs submit mail this way too. */
        THIS_MACHINE
    }

    public TrafficRules {
        skipNetworks = List.copyOf(skipNetworks);
        signNetworks = List.copyOf(signNetworks);
        signListeners = List.copyOf(signListeners);
        localNetworks = List.copyOf(localNetworks);
    }

    /** Rules that do not sign mail of this machine. */
    public TrafficRules(
            List<IpNetwork> skipNetworks,
            boolean signAuthenticated,
            List<IpNetwork> signNetworks,
            List<String> signListeners) {
        this(skipNetworks, signAuthenticated, signNetworks, signListeners, List.of());
    }

    /** The direction of a message. Clients to sign for take precedence over clients to skip. */
    public Direction direction(SmtpTransaction transaction) {
        Client client = transaction.client();
        if (isTrusted(transaction) || isWithin(signNetworks, client) || isThisMachine(client)) {
            return Direction.OUTBOUND;
        }
        // An authenticated client is a local user even if its mail is not to be signed.
        boolean internal = transaction.authenticatedUser().isPresent()
                || client instanceof Client.Local
                || isWithin(skipNetworks, client);
        return internal ? Direction.INTERNAL : Direction.INBOUND;
    }

    /** Why a message that is {@link Direction#INTERNAL} passes through. */
    PassedThrough.Reason passThroughReason(SmtpTransaction transaction) {
        if (transaction.authenticatedUser().isPresent()) {
            return PassedThrough.Reason.AUTHENTICATED_USER;
        }
        return transaction.client() instanceof Client.Local
                ? PassedThrough.Reason.LOCAL_CLIENT
                : PassedThrough.Reason.SKIP_NETWORK;
    }

    /** How certain it is that a local user wrote a message that is {@link Direction#OUTBOUND}. */
    public Submission submission(SmtpTransaction transaction) {
        Client client = transaction.client();
        if (isTrusted(transaction)) {
            return Submission.TRUSTED;
        }
        if (isWithin(signNetworks, client)) {
            return isWithin(LOOPBACK, client) ? Submission.LOOPBACK : Submission.TRUSTED;
        }
        return Submission.THIS_MACHINE;
    }

    /** Whether a login, or the service that took the message, says that it is to be signed. */
    private boolean isTrusted(SmtpTransaction transaction) {
        return (signAuthenticated && transaction.authenticatedUser().isPresent())
                || signListeners.contains(transaction.listener());
    }

    private boolean isThisMachine(Client client) {
        return !localNetworks.isEmpty() && (client instanceof Client.Local || isWithin(localNetworks, client));
    }

    private static boolean isWithin(List<IpNetwork> networks, Client client) {
        if (!(client instanceof Client.Ip(InetAddress address, String unused))) {
            return false;
        }
        for (IpNetwork network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
