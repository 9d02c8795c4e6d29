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

/** The signatures of one message while its body passes. Not for several threads at once. */
public final class DkimSigning {
    private final List<SigningIdentity> identities;
    private final Instant now;
    private final BodyHashes bodyHashes = new BodyHashes();
    private final SignatureBuilder content;

    DkimSigning(SigningDefaults profile, HeaderSection headers, List<SigningIdentity> identities, Instant now) {
        this.identities = identities;
        this.now = now;
        this.content = new SignatureBuilder(profile, List.of(), headers, bodyHashes);
    }

    /** A piece of the body with CRLF line ends, cut anywhere. */
    public void body(byte[] octets, int offset, int length) {
        bodyHashes.body(octets, offset, length);
    }

    /**
     * The end of the body.
     *
     * @return one DKIM-Signature field for each identity, in their order, to be put before all others
     */
    public List<HeaderField> finish() {
        return identities.stream()
                .map(identity -> content.sign(new SignatureWriter(DkimSignature.FIELD).tag("v", "1"), identity, now))
                .toList();
    }
}
