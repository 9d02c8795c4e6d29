package org.countersign.explain;

import java.util.Base64;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimSignature;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureFailure;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Octets;

/** Explains the result of one DKIM signature. */
final class DkimExplanation {
    private DkimExplanation() {}

    static Explanation.Group of(DkimResult result) {
        DkimSignature signature = result.signature();
        Explanation.Group tree = new Explanation.Group()
                .text("result", result.keyword())
                .text("domain", signature.sdid())
                .text("selector", signature.selector())
                .count("position", signature.position())
                .text("identity", signature.auid())
                .text("algorithm", signature.algorithm().map(SignatureAlgorithm::tag))
                .group("fault", result.failure(), DkimExplanation::failure)
                .texts("signed-fields", signature.headerNames())
                .count("unsigned-from-fields", signature.unsignedFromFields())
                .text("signed-at", signature.signedAt())
                .text("expires-at", signature.expiresAt());
        signature.bodyLength().ifPresent(octets -> tree.count("body-length", octets));
        return tree.group("body", signature.bodyHash(), DkimExplanation::body)
                .group("key", signature.key(), key -> key(key, signature))
                .text("signature", signature.signatureText())
                .text("explain", result.explain());
    }

    /** The same with what was compared. */
    static Explanation.Group full(DkimResult result) {
        DkimSignature signature = result.signature();
        Explanation.Group tree = of(result).text("key-name", keyName(signature));
        if (!signature.signedBodyHash().isEmpty()) {
            tree.text("signed-body-hash", base64(signature.signedBodyHash()));
        }
        signature
                .bodyHash()
                .ifPresent(hash -> tree.flag("body-matches", hash.digest().equals(signature.signedBodyHash())));
        return tree;
    }

    private static Optional<DomainName> keyName(DkimSignature signature) {
        return signature.sdid().flatMap(domain -> DomainName.parse(signature.selector() + "._domainkey." + domain));
    }

    private static String base64(Octets octets) {
        return Base64.getEncoder().encodeToString(octets.toByteArray());
    }

    private static Explanation failure(SignatureFailure failure) {
        return new Explanation.Group()
                .word("problem", failure.problem())
                .text("rule", failure.problem().rule().replace("§", "section "))
                .flag("temporary", failure.problem().isTemporary())
                .text("detail", Optional.of(failure.detail()).filter(detail -> !detail.isEmpty()))
                .flag("headers-verified", failure.headersVerified())
                .list("likely-causes", failure.likelyCauses(), cause -> new Explanation.Text(Keyword.of(cause)));
    }

    private static Explanation body(BodyHash hash) {
        return new Explanation.Group()
                .text("hash", base64(hash.digest()))
                .count("octets", hash.bodyLength())
                .count("hashed-octets", hash.hashedLength())
                .flag("covered", hash.coversWholeBody());
    }

    private static Explanation key(PublicKeyRecord key, DkimSignature signature) {
        Explanation.Group tree = new Explanation.Group().text("type", key.keyType());
        signature.keyBits().ifPresent(bits -> tree.count("bits", bits));
        return tree.flag("revoked", key.revoked())
                .flag("testing", key.testing())
                .flag("strict-identity", key.strictAuid())
                .texts("hashes", key.hashes())
                .texts("services", key.services());
    }
}
