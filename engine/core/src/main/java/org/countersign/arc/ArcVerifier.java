package org.countersign.arc;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.canonical.BodyHashes;
import org.countersign.dkim.DkimLimits;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.SignatureFailure;
import org.countersign.message.HeaderSection;
import org.countersign.signature.SignatureTags;
import org.countersign.signature.SignatureVerifier;

/** Verifies the ARC chains of messages (RFC 8617 §5.2). Immutable; a server needs one instance. */
public final class ArcVerifier {
    private final ArcLimits limits;
    private final DkimLimits signatureLimits;
    private final InstantSource clock;

    /**
     * @param signatureLimits for each signature, the same as for DKIM; the number of signatures is not used
     */
    public ArcVerifier(ArcLimits limits, DkimLimits signatureLimits, InstantSource clock) {
        this.limits = limits;
        this.signatureLimits = signatureLimits;
        this.clock = clock;
    }

    /**
     * Begins the verification of a message whose header section is complete. If the structure of the chain is right,
     * its keys are looked up from now on; otherwise no lookup is made.
     *
     * @param bodyHashes of the message, for all its signatures; the caller passes the body to it
     * @param keys of the message, for all its signatures
     */
    public ArcVerification begin(HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        return switch (ArcChainParser.parse(headers)) {
            case ArcChainParser.Result.None none -> new ArcVerification.Decided(new ArcResult.None());
            case ArcChainParser.Result.Broken broken -> new ArcVerification.Decided(broken.result());
            case ArcChainParser.Result.Chain chain -> begin(chain.sets(), headers, bodyHashes, keys);
        };
    }

    private ArcVerification begin(
            List<ArcSetFields> sets, HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        Optional<ArcResult.Fail> failure = tagFailure(sets);
        if (failure.isPresent()) {
            return new ArcVerification.Decided(failure.get());
        }
        ArcSetFields newest = sets.get(sets.size() - 1);
        Set<DomainName> keyNames = new HashSet<>();
        keyNames.add(newest.messageSignature().keyName().orElseThrow());
        sets.forEach(set -> keyNames.add(set.seal().keyName().orElseThrow()));
        if (keyNames.size() > limits.keys()) {
            return new ArcVerification.Decided(new ArcResult.Fail(
                    ArcProblem.TOO_MANY_KEYS, 0, keyNames.size() + ", " + limits.keys() + " at most", sets.size()));
        }
        List<MessageSignature> signatures = messageSignatures(sets, keyNames);
        keyNames.forEach(keys::start);
        for (MessageSignature signature : signatures) {
            if (signature.failure().isEmpty()) {
                bodyHashes.request(signature.tags().bodyHashRequest());
            }
        }
        SignatureVerifier verifier =
                new SignatureVerifier(keys, signatureLimits.minRsaBits(), signatureLimits.maxRsaBits());
        return new ArcVerification.Pending(sets, signatures, headers, bodyHashes, verifier);
    }

    /** Why the chain fails because of the tags of a seal, or of the newest message signature. */
    private Optional<ArcResult.Fail> tagFailure(List<ArcSetFields> sets) {
        ArcSetFields newest = sets.get(sets.size() - 1);
        int count = sets.size();
        if (newest.messageSignatureCoversSeals()) {
            return Optional.of(
                    new ArcResult.Fail(ArcProblem.MESSAGE_SIGNATURE_COVERS_SEALS, newest.instance(), "", count));
        }
        Optional<SignatureFailure> unsigned = messageSignatureFailure(newest.messageSignature());
        if (unsigned.isPresent()) {
            return Optional.of(new ArcResult.Fail(
                    unsigned.get().problem().isLocalLimit()
                            ? ArcProblem.FIELD_TOO_LARGE
                            : ArcProblem.MESSAGE_SIGNATURE_MALFORMED,
                    newest.instance(),
                    unsigned.get().describe(),
                    count));
        }
        for (int i = count - 1; i >= 0; i--) {
            ArcSetFields set = sets.get(i);
            if (set.sealListsFields()) {
                return Optional.of(new ArcResult.Fail(ArcProblem.SEAL_LISTS_FIELDS, set.instance(), "", count));
            }
            Optional<SignatureFailure> unsealed = ArcSetFields.tagFailure(set.seal());
            if (unsealed.isPresent()) {
                return Optional.of(new ArcResult.Fail(
                        ArcProblem.SEAL_MALFORMED,
                        set.instance(),
                        unsealed.get().describe(),
                        count));
            }
        }
        return Optional.empty();
    }

    private Optional<SignatureFailure> messageSignatureFailure(SignatureTags tags) {
        Instant now = clock.instant();
        return tags.failure()
                .or(() -> tags.contentFailure(now, signatureLimits.clockDrift()))
                .or(() -> ArcSetFields.tagFailure(tags));
    }

    /** The message signatures to verify, newest first: up to a malformed one, as far as the limits allow. */
    private List<MessageSignature> messageSignatures(List<ArcSetFields> sets, Set<DomainName> keyNames) {
        List<MessageSignature> chosen = new ArrayList<>();
        Set<BodyHashes.Request> requests = new HashSet<>();
        for (int i = sets.size() - 1; i >= 0; i--) {
            ArcSetFields set = sets.get(i);
            SignatureTags tags = set.messageSignature();
            if (set.messageSignatureCoversSeals()) {
                return chosen;
            }
            Optional<SignatureFailure> failure = messageSignatureFailure(tags);
            if (failure.isPresent()) {
                chosen.add(new MessageSignature(tags, failure));
                return chosen;
            }
            DomainName keyName = tags.keyName().orElseThrow();
            requests.add(tags.bodyHashRequest());
            boolean tooManyKeys = !keyNames.contains(keyName) && keyNames.size() == limits.keys();
            if (tooManyKeys || requests.size() > limits.bodyHashes() || chosen.size() == limits.messageSignatures()) {
                return chosen;
            }
            keyNames.add(keyName);
            chosen.add(new MessageSignature(tags, failure));
        }
        return chosen;
    }
}
