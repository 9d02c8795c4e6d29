package org.countersign.dkim;

import java.time.Instant;
import java.util.List;
import org.countersign.canonical.BodyHashes;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureBuilder;
import org.countersign.signature.SignatureWriter;
import org.countersign.signature.SigningDefaults;
import org.countersign.signature.SigningIdentity;
import org.countersign.smtp.HeaderField;

/** Signs one message while its body arrives. Not thread-safe. */
public final class DkimSigning {
    private final List<SigningIdentity> identities;
    private final Instant now;
    private final BodyHashes bodyHashes = new BodyHashes();
    private final SignatureBuilder builder;

    DkimSigning(SigningDefaults defaults, HeaderSection headers, List<SigningIdentity> identities, Instant now) {
        this.identities = identities;
        this.now = now;
        this.builder = new SignatureBuilder(defaults, List.of(), headers, bodyHashes);
    }

    /** Takes a part of the body, which has CRLF line ends. */
    public void body(byte[] octets, int offset, int length) {
        bodyHashes.body(octets, offset, length);
    }

    /**
     * Ends the body.
     *
     * @return one DKIM-Signature field for each identity, in their order, to be added above all other fields
     */
    public List<HeaderField> finish() {
        return identities.stream()
                .map(identity -> builder.sign(new SignatureWriter(DkimSignature.FIELD).tag("v", "1"), identity, now))
                .toList();
    }
}
