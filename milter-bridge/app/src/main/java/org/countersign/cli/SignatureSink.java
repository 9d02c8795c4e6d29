package org.countersign.cli;

import java.util.List;
import java.util.Optional;
import org.countersign.MessageLimits;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigningSink;
import org.countersign.message.AuthorDomain;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.smtp.StrayOctet;

/** Signs the message that it receives, within the limits of {@code serve}. */
final class SignatureSink implements MessageSink {
    private static final MessageLimits LIMITS = MessageLimits.DEFAULT;

    private final DkimSigningSink signing;
    private int count;
    private long octets;
    private Optional<StrayOctet> stray = Optional.empty();
    private boolean tooLarge;

    SignatureSink(DkimSigner signer, List<SigningIdentity> identities) {
        this.signing = new DkimSigningSink(signer, identities);
    }

    @Override
    public void header(HeaderField field) {
        octets += field.size();
        stray = stray.or(() -> StrayOctet.in(field));
        if (count >= LIMITS.headerFields() || octets > LIMITS.headerOctets()) {
            tooLarge = true;
        } else {
            count++;
            signing.header(field);
        }
    }

    @Override
    public void endOfHeaders() {
        signing.endOfHeaders();
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        signing.body(octets, offset, length);
    }

    /** The reason, a clause, why the header section must not be signed; {@code serve} would not sign it either. */
    Optional<String> refusal() {
        return tooLarge
                ? Optional.of("has more than 2,000 fields or 1 MiB, the limits of the filter")
                : stray.map(
                        octet -> "has " + octet.describe() + ", after which other programs may read different fields");
    }

    /** The author in the From field. */
    AuthorDomain author() {
        return AuthorDomain.parse(signing.headers());
    }

    /** The signature fields, after the end of the message. */
    List<HeaderField> finish() {
        return signing.finish();
    }
}
