package org.countersign.arc;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;

/** The three fields of one set as received. */
record ArcSetFields(
        int instance,
        HeaderField authenticationResults,
        SignatureTags messageSignature,
        SignatureTags seal,
        ChainStatus status) {
    static final String AUTHENTICATION_RESULTS = AuthenticationResultsWriter.ARC_NAME;
    static final String MESSAGE_SIGNATURE = "ARC-Message-Signature";
    static final String SEAL = "ARC-Seal";

    // RFC 8617 §4.1.2, §4.1.3. ArcChainParser requires the instance.
    private static final List<String> REQUIRED_OF_MESSAGE_SIGNATURE = List.of("a", "b", "bh", "d", "h", "s");
    private static final List<String> REQUIRED_OF_SEAL = List.of("a", "b", "d", "s", "cv");
    // RFC 8617 §4.1.3. h= is included because it is forbidden, and so not ignored.
    private static final Set<String> SUPPORTED_OF_SEAL = Set.of("i", "a", "b", "d", "s", "t", "cv", "h");

    /** Whether the field is one of the three ARC fields. */
    static boolean isArc(HeaderField field) {
        return field.is(SEAL) || field.is(MESSAGE_SIGNATURE) || field.is(AUTHENTICATION_RESULTS);
    }

    static SignatureTags parseMessageSignature(HeaderField field) {
        return SignatureTags.parse(field, REQUIRED_OF_MESSAGE_SIGNATURE);
    }

    static SignatureTags parseSeal(HeaderField field) {
        return SignatureTags.parse(field, REQUIRED_OF_SEAL, SUPPORTED_OF_SEAL);
    }

    /** Whether the seal has an h= tag, which RFC 8617 §4.1.3 forbids. */
    boolean sealListsFields() {
        return seal.tags().tag("h").isPresent();
    }

    /**
     * Whether the message signature covers ARC-Seal fields, which RFC 8617 §4.1.2 forbids. The other ARC fields are
     * forbidden, too, but tolerated, because some handlers cover those of their own set.
     */
    boolean messageSignatureCoversSeals() {
        return messageSignature.headerNames().contains("arc-seal");
    }

    /** Why a signature with these tags cannot verify; empty if it may. */
    static Optional<SignatureFailure> tagFailure(SignatureTags tags) {
        if (tags.failure().isPresent() || tags.keyName().isPresent()) {
            return tags.failure();
        }
        return Optional.of(new SignatureFailure(SignatureProblem.BAD_SELECTOR, tags.selector()));
    }

    /**
     * The set in a chain that passes, so that its seal names a domain.
     *
     * @param content what the message signature proves
     * @param failure why the message signature does not verify; empty if it verifies or was not evaluated
     */
    ArcSet describe(ArcSet.Content content, Optional<SignatureFailure> failure) {
        return new ArcSet(
                instance,
                seal.sdid().orElseThrow(),
                seal.selector(),
                messageSignature.sdid(),
                status,
                seal.signedAt(),
                authenticationResults.value(),
                content,
                failure);
    }
}
