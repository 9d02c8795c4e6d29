package org.countersign.signing;

import java.net.InetAddress;
import java.util.Optional;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;

/**
 * What is known of a message of ours when it is to be signed.
 *
 * @param author who it claims to be from
 * @param mailFrom the reverse-path
 * @param user who the client has proved to be, where it has
 * @param clientAddress where it comes from, where that is known
 * @param fromThisMachine whether it is signed because programs of this machine, or its mail server, wrote it
 */
public record SigningRequest(
        AuthorDomain.Single author,
        ReversePath mailFrom,
        Optional<String> user,
        Optional<InetAddress> clientAddress,
        boolean fromThisMachine) {
    /** Of a client that is not this machine itself. */
    public SigningRequest(
            AuthorDomain.Single author,
            ReversePath mailFrom,
            Optional<String> user,
            Optional<InetAddress> clientAddress) {
        this(author, mailFrom, user, clientAddress, false);
    }
}
