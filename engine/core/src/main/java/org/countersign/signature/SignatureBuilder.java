package org.countersign.signature;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.HeaderHash;
import org.countersign.message.HeaderSection;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/**
 * Signs header fields and body of one message, which is all of DKIM's signatures and one of ARC's. Not for several
 * threads at once.
 */
public final class SignatureBuilder {
    private final SigningDefaults profile;
    private final List<String> headerNames;
    private final HeaderHash headerHash;
    private final BodyHashes bodyHashes;
    private final BodyHashes.Request bodyHash;

    /**
     * @param besides names of fields that are signed as often as they occur, beside those of the profile
     * @param headers the whole header section, without the signatures to be made
     * @param bodyHashes is asked for a hash, unless it was before, and gets the body from the caller
     */
    public SignatureBuilder(
            SigningDefaults profile, List<String> besides, HeaderSection headers, BodyHashes bodyHashes) {
        this.profile = profile;
        this.bodyHashes = bodyHashes;
        HeaderIndex index = new HeaderIndex(headers);
        this.headerNames = new ArrayList<>(profile.headerNames(index));
        besides.forEach(name -> headerNames.addAll(Collections.nCopies(index.count(Ascii.lower(name)), name)));
        this.headerHash = new HeaderHash(profile.headerCanonicalization())
                .addAll(index.select(headerNames.stream().map(Ascii::lower).toList()));
        this.bodyHash = profile.bodyHashRequest();
        bodyHashes.request(bodyHash);
    }

    /**
     * The signature; to be asked for behind the end of the body.
     *
     * @param begun has the name of the field, and the tags that come first
     */
    public HeaderField sign(SignatureWriter begun, SigningIdentity identity, Instant now) {
        SignatureWriter writer = begun.tag("a", identity.key().algorithm().tag())
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
        writer.list("h", headerNames).base64("bh", bodyHashes.hash(bodyHash).digest());
        return writer.signed(identity.key().sign(headerHash.digestWith(writer.unsigned())));
    }
}
