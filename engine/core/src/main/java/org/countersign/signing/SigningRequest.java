package org.countersign.signing;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;

/**
 * What is known about an outbound message when its keys are chosen.
 *
 * @param author the author that the message claims
 * @param mailFrom the reverse-path
 * @param user the authenticated user; empty if the client has not authenticated
 * @param clientAddress the address of the client; empty if it is not known
 * @param recipientPatterns the {@link SigningTable#recipientPatterns} that at least one recipient matches
 * @param fromThisMachine whether a program of this machine, or its mail server, submitted it
 */
public record SigningRequest(
        AuthorDomain.Single author,
        ReversePath mailFrom,
        Optional<String> user,
        Optional<InetAddress> clientAddress,
        Set<AddressPattern> recipientPatterns,
        boolean fromThisMachine) {
    public SigningRequest {
        recipientPatterns = Set.copyOf(recipientPatterns);
    }

    /** A message of a client that is not this machine, whose recipients match no pattern. */
    public SigningRequest(
            AuthorDomain.Single author,
            ReversePath mailFrom,
            Optional<String> user,
            Optional<InetAddress> clientAddress) {
        this(author, mailFrom, user, clientAddress, Set.of(), false);
    }
}
