package org.countersign.dkim;

import java.util.ArrayList;
import java.util.List;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.jspecify.annotations.Nullable;

/**
 * Signs the message that it receives, with a signer that needs the header section first. It keeps all header fields: who fills it
 * bounds them. Not thread-safe.
 */
public final class DkimSigningSink implements MessageSink {
    private final DkimSigner signer;
    private final List<SigningIdentity> identities;
    private final List<HeaderField> fields = new ArrayList<>();
    private @Nullable DkimSigning signing;

    /**
     * @param identities for each of them one signature is made, in this order
     */
    public DkimSigningSink(DkimSigner signer, List<SigningIdentity> identities) {
        this.signer = signer;
        this.identities = List.copyOf(identities);
    }

    @Override
    public void header(HeaderField field) {
        fields.add(field);
    }

    @Override
    public void endOfHeaders() {
        signing = signer.begin(headers(), identities);
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        started().body(octets, offset, length);
    }

    /** The header fields so far. */
    public HeaderSection headers() {
        return new HeaderSection(fields);
    }

    /** Ends the message. Returns the signature fields, as {@link DkimSigning#finish} does. */
    public List<HeaderField> finish() {
        return started().finish();
    }

    private DkimSigning started() {
        if (signing == null) {
            throw new IllegalStateException("the header section is not complete");
        }
        return signing;
    }
}
