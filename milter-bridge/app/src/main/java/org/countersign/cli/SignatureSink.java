package org.countersign.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageLimits;
import org.countersign.dkim.DkimSigner;
import org.countersign.dkim.DkimSigning;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.smtp.StrayOctet;
import org.jspecify.annotations.Nullable;

/** Signs the message that it receives. */
final class SignatureSink implements MessageSink {
    private static final MessageLimits LIMITS = MessageLimits.DEFAULT;

    private final DkimSigner signer;
    private final List<SigningIdentity> identities;
    private final List<HeaderField> fields = new ArrayList<>();
    private long octets;
    private Optional<StrayOctet> stray = Optional.empty();
    private boolean tooLarge;
    private @Nullable DkimSigning signing;

    SignatureSink(DkimSigner signer, List<SigningIdentity> identities) {
        this.signer = signer;
        this.identities = identities;
    }

    @Override
    public void header(HeaderField field) {
        octets += field.size();
        stray = stray.or(() -> StrayOctet.in(field));
        if (fields.size() >= LIMITS.headerFields() || octets > LIMITS.headerOctets()) {
            tooLarge = true;
        } else {
            fields.add(field);
        }
    }

    @Override
    public void endOfHeaders() {
        signing = signer.begin(new HeaderSection(fields), identities);
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        started().body(octets, offset, length);
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
        return AuthorDomain.parse(new HeaderSection(fields));
    }

    /** The signature fields, after the end of the message. */
    List<HeaderField> finish() {
        return started().finish();
    }

    private DkimSigning started() {
        if (signing == null) {
            throw new IllegalStateException("the header section is not complete");
        }
        return signing;
    }
}
