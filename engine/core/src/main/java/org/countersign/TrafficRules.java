package org.countersign;

import java.net.InetAddress;
import java.util.List;
import org.countersign.domain.IpNetwork;

/**
 * Tells whose mail a message is, from its connection alone.
 *
 * @param skipNetworks clients whose mail is not judged: our own machines
 * @param signAuthenticated whether mail of a client that has authenticated is signed
 * @param signNetworks clients whose mail is signed without authentication
 * @param signListeners names of services (Postfix: {@code {daemon_name}}) whose mail is signed
 * @param localNetworks addresses of the machine itself whose mail is signed unless it is recognized as mail of other
 *     senders; none where mail of the machine itself is not signed
 */
public record TrafficRules(
        List<IpNetwork> skipNetworks,
        boolean signAuthenticated,
        List<IpNetwork> signNetworks,
        List<String> signListeners,
        List<IpNetwork> localNetworks) {
    /** The loopback networks: addresses that only the machine itself has. */
    public static final List<IpNetwork> LOOPBACK = List.of(
            IpNetwork.parse("127.0.0.0/8").orElseThrow(),
            IpNetwork.parse("::1/128").orElseThrow());

    /** Loopback is internal, authenticated users and the listener {@code ORIGINATING} are outbound. */
    public static final TrafficRules DEFAULT = new TrafficRules(LOOPBACK, true, List.of(), List.of("ORIGINATING"));

    /** Where a message is going, seen from us. */
    public enum Direction {
        /** From outside: judge it. */
        INBOUND,
        /** From one of our users: sign it. */
        OUTBOUND,
        /** From one of our machines to another: leave it alone. */
        INTERNAL
    }

    public TrafficRules {
        skipNetworks = List.copyOf(skipNetworks);
        signNetworks = List.copyOf(signNetworks);
        signListeners = List.copyOf(signListeners);
        localNetworks = List.copyOf(localNetworks);
    }

    /** Without signatures for mail of the machine itself. */
    public TrafficRules(
            List<IpNetwork> skipNetworks,
            boolean signAuthenticated,
            List<IpNetwork> signNetworks,
            List<String> signListeners) {
        this(skipNetworks, signAuthenticated, signNetworks, signListeners, List.of());
    }

    /** The direction of a message; who is to be signed for comes before who is to be skipped. */
    public Direction direction(SmtpTransaction transaction) {
        boolean authenticated = transaction.authenticatedUser().isPresent();
        if (isVouchedFor(transaction)
                || isWithin(signNetworks, transaction.client())
                || isLocal(transaction.client())) {
            return Direction.OUTBOUND;
        }
        // A client that has authenticated is a user of ours even where its mail is not to be signed.
        boolean ours = authenticated
                || transaction.client() instanceof Client.Local
                || isWithin(skipNetworks, transaction.client());
        return ours ? Direction.INTERNAL : Direction.INBOUND;
    }

    /** Which signs of other senders keep an outbound message from being signed. */
    Reinjection.Check reinjectionCheck(SmtpTransaction transaction) {
        Client client = transaction.client();
        if (isVouchedFor(transaction)) {
            return Reinjection.Check.NONE;
        }
        if (isWithin(signNetworks, client)) {
            return isWithin(LOOPBACK, client) ? Reinjection.Check.JUDGED : Reinjection.Check.NONE;
        }
        return Reinjection.Check.JUDGED_OR_ELSEWHERE;
    }

    /** Whether a login, or the service that took the message, says that it is to be signed. */
    private boolean isVouchedFor(SmtpTransaction transaction) {
        return (signAuthenticated && transaction.authenticatedUser().isPresent())
                || signListeners.contains(transaction.listener());
    }

    private boolean isLocal(Client client) {
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
