package org.countersign.cli;

import java.util.Base64;
import java.util.Optional;
import org.countersign.canonical.BodyHash;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.SignatureFacts;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.SignatureFailure;

/** All there is to say about one DKIM signature. */
final class DkimTree {
    private DkimTree() {}

    static Evidence.Group of(DkimResult result) {
        SignatureFacts signature = result.signature();
        Evidence.Group tree = new Evidence.Group()
                .text("result", result.keyword())
                .text("domain", signature.sdid())
                .text("selector", signature.selector())
                .count("position", signature.position())
                .text("identity", signature.auid())
                .text("algorithm", signature.algorithm().map(SignatureAlgorithm::tag))
                .group("fault", result.fault(), DkimTree::fault)
                .texts("signed-fields", signature.headerNames())
                .count("unsigned-from-fields", signature.unsignedFromFields())
                .text("signed-at", signature.signedAt())
                .text("expires-at", signature.expiresAt());
        signature.bodyLength().ifPresent(octets -> tree.count("body-length", octets));
        return tree.group("body", signature.bodyHash(), DkimTree::body)
                .group("key", signature.key(), key -> key(key, signature))
                .text("signature", signature.signatureText())
                .text("explain", result.explain());
    }

    private static Evidence fault(SignatureFailure fault) {
        return new Evidence.Group()
                .word("problem", fault.problem())
                .text("rule", fault.problem().rule().replace("§", "section "))
                .flag("temporary", fault.problem().isTemporary())
                .text("detail", Optional.of(fault.detail()).filter(detail -> !detail.isEmpty()))
                .list("likely-causes", fault.likelyCauses(), cause -> new Evidence.Text(Evidence.word(cause)));
    }

    private static Evidence body(BodyHash hash) {
        return new Evidence.Group()
                .text("hash", Base64.getEncoder().encodeToString(hash.digest().toByteArray()))
                .count("octets", hash.bodyLength())
                .count("hashed-octets", hash.hashedLength())
                .flag("covered", hash.coversWholeBody());
    }

    private static Evidence key(PublicKeyRecord key, SignatureFacts signature) {
        Evidence.Group tree = new Evidence.Group().text("type", key.keyType());
        signature.keyBits().ifPresent(bits -> tree.count("bits", bits));
        return tree.flag("revoked", key.revoked())
                .flag("testing", key.testing())
                .flag("strict-identity", key.strictAuid())
                .texts("hashes", key.hashes())
                .texts("services", key.services());
    }
}
