package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcResult;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcResult;
import org.countersign.message.AuthorDomain;
import org.countersign.smtp.StrayOctet;
import org.countersign.spf.SpfResult;

/**
 * What was found about a message, for the rules to judge.
 *
 * @param author who it claims to be from
 * @param spf of the MAIL FROM identity, which is the HELO name where the reverse-path is null (RFC 7208 §2.4)
 * @param helo SPF of the HELO identity beside it; empty where it is not checked, or cannot be, or is what {@code spf}
 *     is of already. DMARC does not look at it (RFC 9989 §4.4.2)
 * @param signatures one result for each DKIM signature, in header order
 * @param arc of the chain that the message came with
 * @param dmarc empty where there is no single Author Domain to evaluate it for
 * @param connection who sent it to us
 * @param envelope what was said before its text came
 * @param identities what its header section claims beside the author
 * @param headerTooLarge whether the header section was larger than what is looked at, so that the others rest
 *     on a part of it
 * @param tooManyForged whether the message has more fields in our name than can be taken away
 * @param strayOctet the first octet of the header section at which some programs end a line, if there is one
 * @param persistentTemperror whether temporary errors of DMARC have lasted so long for the Author Domain that its mail
 *     is not deferred any longer
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
        boolean persistentTemperror) {
    public MessageFacts {
        signatures = List.copyOf(signatures);
    }

    /** The same message for other recipients. */
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
                persistentTemperror);
    }

    /** The same message, which is not to be deferred for a temporary error of DMARC any longer. */
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
                true);
    }

    /**
     * The word for DMARC, also where it could not be evaluated for want of one Author Domain: a permanent error
     * (RFC 8601 §2.7.7), since asking again does not help.
     */
    public String dmarcKeyword() {
        return dmarc.map(DmarcResult::keyword).orElse("permerror");
    }
}
