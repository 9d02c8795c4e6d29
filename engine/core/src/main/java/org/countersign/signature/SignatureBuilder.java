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
 * Signs the header fields and the body of one message: each signature of DKIM, and the message signature of ARC. Not
 * thread-safe.
 */
public final class SignatureBuilder {
    private final SigningDefaults defaults;
    private final List<String> headerNames;
    private final HeaderHash headerHash;
    private final BodyHashes bodyHashes;
    private final BodyHashes.Request bodyHash;

    /**
     * @param additionalNames fields that are signed in addition to those of the defaults, as often as they occur
     * @param headers the complete header section, without the new signatures
     * @param bodyHashes of the message; receives a request here, which must be the same as before once the body has begun
     */
    public SignatureBuilder(
            SigningDefaults defaults, List<String> additionalNames, HeaderSection headers, BodyHashes bodyHashes) {
        this.defaults = defaults;
        this.bodyHashes = bodyHashes;
        HeaderIndex index = new HeaderIndex(headers);
        this.headerNames = new ArrayList<>(defaults.headerNames(index));
        additionalNames.forEach(name -> headerNames.addAll(Collections.nCopies(index.count(Ascii.lower(name)), name)));
        List<String> lowerCaseNames = new ArrayList<>(headerNames.size());
        for (String name : headerNames) {
            lowerCaseNames.add(Ascii.lower(name));
        }
        this.headerHash = new HeaderHash(defaults.headerCanonicalization()).addAll(index.select(lowerCaseNames));
        this.bodyHash = defaults.bodyHashRequest();
        bodyHashes.request(bodyHash);
    }

    /**
     * Whether a signature of these fields covers at least the fields of the signatures that are made here.
     *
     * @param names of the {@code h=} tag of that signature, in lower case
     */
    public boolean isCoveredBy(List<String> names) {
        List<String> left = new ArrayList<>(names);
        for (String name : headerNames) {
            if (!left.remove(Ascii.lower(name))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes the signature of one identity, after the end of the body.
     *
     * @param begun the field with its first tags
     * @param now the time of {@code t=}, from which {@code x=} is computed
     */
    public HeaderField sign(SignatureWriter begun, SigningIdentity identity, Instant now) {
        SignatureWriter writer = begun.tag("a", identity.key().algorithm().tag())
                .tag(
                        "c",
                        defaults.headerCanonicalization().tag() + "/"
                                + defaults.bodyCanonicalization().tag())
                .tag("d", identity.sdid().toString())
                .tag("s", identity.selector());
        identity.auid().ifPresent(auid -> writer.tag("i", auid));
        writer.tag("t", Long.toString(now.getEpochSecond()));
        defaults.validity()
                .ifPresent(time -> writer.tag("x", Long.toString(now.plus(time).getEpochSecond())));
        writer.list("h", headerNames).base64("bh", bodyHashes.hash(bodyHash).digest());
        return writer.signed(identity.key().sign(headerHash.digestWith(writer.unsigned())));
    }
}
