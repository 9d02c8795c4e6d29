package org.countersign.dkim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.countersign.message.HeaderField;
import org.countersign.message.HeaderSection;
import org.countersign.syntax.Ascii;

/** The signatures of one message while its body passes. Not for several threads at once. */
public final class DkimSigning {
    private final SignatureProfile profile;
    private final List<SigningIdentity> identities;
    private final Instant now;
    private final List<String> headerNames;
    private final HeaderHash headerHash;
    private final BodyHashes bodyHashes = new BodyHashes();
    private final BodyHashes.Request bodyHash;

    DkimSigning(SignatureProfile profile, HeaderSection headers, List<SigningIdentity> identities, Instant now) {
        this.profile = profile;
        this.identities = identities;
        this.now = now;
        HeaderIndex index = new HeaderIndex(headers);
        this.headerNames = profile.headerNames(index);
        this.headerHash = new HeaderHash(profile.headerCanonicalization())
                .addAll(index.select(headerNames.stream().map(Ascii::lower).toList()));
        this.bodyHash = new BodyHashes.Request(profile.bodyCanonicalization(), OptionalLong.empty());
        bodyHashes.request(bodyHash);
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
        BodyHash body = bodyHashes.hash(bodyHash);
        List<HeaderField> fields = new ArrayList<>(identities.size());
        for (SigningIdentity identity : identities) {
            SignatureWriter writer = write(identity, body);
            fields.add(writer.signed(identity.key().sign(headerHash.digestWith(writer.unsigned()))));
        }
        return fields;
    }

    private SignatureWriter write(SigningIdentity identity, BodyHash body) {
        SignatureWriter writer = new SignatureWriter(DkimVerifier.FIELD)
                .tag("v", "1")
                .tag("a", identity.key().algorithm().tag())
                .tag(
                        "c",
                        profile.headerCanonicalization().tag() + "/"
                                + profile.bodyCanonicalization().tag())
                .tag("d", identity.sdid().toString())
                .tag("s", identity.selector());
        identity.auid().ifPresent(auid -> writer.tag("i", auid));
        writer.tag("t", Long.toString(now.getEpochSecond()));
        profile.validity()
                .ifPresent(time -> writer.tag("x", Long.toString(now.plus(time).getEpochSecond())));
        return writer.list("h", headerNames).base64("bh", body.digest());
    }
}
