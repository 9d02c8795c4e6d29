package org.countersign.reports.send;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigningSink;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.message.MessageReader;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.ScheduledKey;
import org.countersign.signing.SigningEntry;
import org.countersign.signing.SigningRequest;
import org.countersign.signing.SigningTable;
import org.countersign.smtp.HeaderField;

/**
 * Signs reports with the key that signs other mail of the same author. RFC 9990 §3.5.2 wants a report to pass DMARC, and no other
 * program signs it: the filter takes what this machine submits for mail that was signed before.
 */
public final class ReportSigner {
    private static final int MAX_HEADER = 1 << 16;

    private final SigningTable table;
    private final InstantSource clock;

    /**
     * @param table which keys sign mail of which author
     * @param clock decides which keys are in use, and is the time of signatures
     */
    public ReportSigner(SigningTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /**
     * Adds the signatures to a message.
     *
     * @param message with CRLF line ends
     * @return the signed message; empty if there is no key for the author
     */
    Optional<byte[]> sign(MailAddress author, byte[] message) {
        Instant now = clock.instant();
        Optional<SigningEntry> entry = entry(author);
        List<SigningIdentity> identities = entry.map(found -> ScheduledKey.choose(found.keys(), now, any -> true))
                .orElse(List.of());
        if (entry.isEmpty() || identities.isEmpty()) {
            return Optional.empty();
        }
        DkimSigningSink signing = new DkimSigningSink(new DkimSigner(entry.get().defaults(), clock), identities);
        MessageReader.read(message, signing, MAX_HEADER);
        ByteArrayOutputStream signed = new ByteArrayOutputStream(message.length + 1024);
        for (HeaderField field : signing.finish()) {
            field.raw().appendTo(signed);
            signed.write('\r');
            signed.write('\n');
        }
        signed.writeBytes(message);
        return Optional.of(signed.toByteArray());
    }

    /** The domain of the signatures of an author now; empty if there is no key. */
    Optional<DomainName> signingDomain(MailAddress author) {
        return entry(author)
                .flatMap(found -> ScheduledKey.choose(found.keys(), clock.instant(), any -> true).stream()
                        .findFirst())
                .map(SigningIdentity::sdid);
    }

    /** The entry for the author, or else for the same author in a domain above, whose signature is aligned too. */
    private Optional<SigningEntry> entry(MailAddress author) {
        return Stream.iterate(
                        Optional.of(author.domain()), Optional::isPresent, name -> name.flatMap(DomainName::parent))
                .flatMap(Optional::stream)
                .filter(name -> name.labelCount() > 1)
                .flatMap(name -> table.find(request(new MailAddress(author.localPart(), name))).stream())
                .filter(entry -> !entry.keys().isEmpty())
                .findFirst();
    }

    private static SigningRequest request(MailAddress author) {
        AuthorDomain.Single single =
                new AuthorDomain.Single(author.domain(), List.of(author.toString()), Optional.empty());
        return new SigningRequest(
                single, ReversePath.parse(author.toString()), Optional.empty(), Optional.empty(), Set.of(), true);
    }
}
