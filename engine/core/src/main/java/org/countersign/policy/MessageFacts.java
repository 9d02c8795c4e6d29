package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcResult;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcResult;
import org.countersign.keys.SignatureFailure;
import org.countersign.message.AuthorDomain;
import org.countersign.smtp.StrayOctet;
import org.countersign.spf.SpfResult;

/**
 * The facts about a message with their evidence: all results of authentication, the connection and the envelope.
 *
 * @param author the result of reading the From field
 * @param spf of the MAIL FROM identity, which is the HELO name if the reverse-path is null (RFC 7208 §2.4)
 * @param helo SPF of the HELO identity. Empty if it is not checked, cannot be checked, or {@code spf} is already its
 *     result. DMARC does not use it (RFC 9989 §4.4.2)
 * @param signatures one result for each DKIM signature, in header order
 * @param arc of the ARC chain in the message
 * @param dmarc empty if there is no single Author Domain to evaluate it for
 * @param connection that the message arrived on
 * @param envelope of the message
 * @param identities in the header section other than the author
 * @param headerTooLarge whether the header section exceeds the limit, so that the other facts are based on a part of it
 * @param tooManyForged whether the message has more Authentication-Results fields with a local authserv-id than can be
 *     removed
 * @param strayOctet the first octet of the header section where some programs end a line, if there is one
 * @param persistentTemperror whether temporary errors of DMARC for the Author Domain have lasted longer than
 *     {@code dmarc.defer-for}
 * @param report whether the message is a report or was sent automatically, so that a report about it could begin a loop
 */
public record MessageFacts(
        AuthorDomain author,
        SpfResult spf,
        Optional<SpfResult> helo,
        List<DkimResult> signatures,
        ArcResult arc,
        Optional<DmarcResult> dmarc,
        Connection connection,
        Envelope envelope,
        HeaderIdentities identities,
        boolean headerTooLarge,
        boolean tooManyForged,
        Optional<StrayOctet> strayOctet,
        boolean persistentTemperror,
        boolean report) {
    public MessageFacts {
        signatures = List.copyOf(signatures);
    }

    /** The facts about the same message for other recipients. */
    public MessageFacts to(Iterable<String> recipients) {
        return new MessageFacts(
                author,
                spf,
                helo,
                signatures,
                arc,
                dmarc,
                connection,
                envelope.to(recipients),
                identities,
                headerTooLarge,
                tooManyForged,
                strayOctet,
                persistentTemperror,
                report);
    }

    /** The same facts, with temporary errors that have lasted longer than {@code dmarc.defer-for}. */
    public MessageFacts withPersistentTemperror() {
        return new MessageFacts(
                author,
                spf,
                helo,
                signatures,
                arc,
                dmarc,
                connection,
                envelope,
                identities,
                headerTooLarge,
                tooManyForged,
                strayOctet,
                true,
                report);
    }

    /**
     * Whether a signature proves that the Author Domain sent the message, before it was changed on its way. Without the
     * proof, a forger's client and a forger's ARC Sets look the same as those of a mailing list.
     */
    public boolean wasSentByAuthorDomain() {
        return author instanceof AuthorDomain.Single single
                && signatures.stream()
                        .filter(result -> result.failure()
                                .filter(SignatureFailure::isOfChangedMessage)
                                .isPresent())
                        .flatMap(result -> result.signature().sdid().stream())
                        .anyMatch(single.domain()::equals);
    }

    /**
     * The result keyword of DMARC. It is {@code permerror} if there is no single Author Domain (RFC 9989 §9.2), because
     * a retry has the same result.
     */
    public String dmarcKeyword() {
        return dmarc.isPresent() ? dmarc.get().keyword() : "permerror";
    }
}
