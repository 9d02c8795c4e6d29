package org.countersign.dkim;

import java.time.Instant;
import java.util.ArrayList;
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
    private final ExistingSignatures existing;

    /**
     * @param unlessSigned whether an identity with a valid signature in the message does not sign
     */
    DkimSigning(
            SigningDefaults defaults,
            HeaderSection headers,
            List<SigningIdentity> identities,
            Instant now,
            boolean unlessSigned) {
        this.identities = identities;
        this.now = now;
        this.builder = new SignatureBuilder(defaults, List.of(), headers, bodyHashes);
        this.existing = unlessSigned
                ? ExistingSignatures.find(headers, identities, defaults, builder, bodyHashes, now)
                : ExistingSignatures.ignored(bodyHashes);
    }

    /** Takes a part of the body, which has CRLF line ends. */
    public void body(byte[] octets, int offset, int length) {
        bodyHashes.body(octets, offset, length);
    }

    /** The identities that do not sign, because the message has a valid signature by them. The first call ends the body. */
    public List<SigningIdentity> alreadySigned() {
        List<SigningIdentity> found = existing.identities();
        return found.isEmpty()
                ? List.of()
                : identities.stream().filter(found::contains).toList();
    }

    /**
     * Ends the body.
     *
     * @return one DKIM-Signature field for each identity that is not {@link #alreadySigned()}, in their order, to be added
     *     above all other fields
     */
    public List<HeaderField> finish() {
        List<SigningIdentity> done = alreadySigned();
        List<HeaderField> fields = new ArrayList<>(identities.size());
        for (SigningIdentity identity : identities) {
            if (!done.contains(identity)) {
                fields.add(builder.sign(new SignatureWriter(DkimSignature.FIELD).tag("v", "1"), identity, now));
            }
        }
        return List.copyOf(fields);
    }
}
