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

/** Verifies the ARC chains of messages (RFC 8617 §5.2). Immutable; one is enough for a server. */
public final class ArcVerifier {
    private final ArcLimits limits;
    private final DkimLimits signatureLimits;
    private final InstantSource clock;

    /**
     * @param signatureLimits what a single signature must be like, the same as for DKIM
     */
    public ArcVerifier(ArcLimits limits, DkimLimits signatureLimits, InstantSource clock) {
        this.limits = limits;
        this.signatureLimits = signatureLimits;
        this.clock = clock;
    }

    /**
     * Begins with a message whose header section is complete. A chain whose structure is right asks for its keys at
     * once, all others ask nothing.
     *
     * @param bodyHashes gets the body from the caller, for all signatures of the message
     * @param keys of all signatures of the message
     */
    public ArcVerification begin(HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        return switch (ArcChainParser.read(headers)) {
            case ArcChainParser.Reading.None none -> new ArcVerification.Decided(new ArcResult.None());
            case ArcChainParser.Reading.Broken broken -> new ArcVerification.Decided(broken.result());
            case ArcChainParser.Reading.Chain chain -> begin(chain.sets(), headers, bodyHashes, keys);
        };
    }

    private ArcVerification begin(
            List<ArcSetFields> sets, HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        Optional<ArcResult.Fail> onSight = failureOnSight(sets);
        if (onSight.isPresent()) {
            return new ArcVerification.Decided(onSight.get());
        }
        ArcSetFields newest = sets.get(sets.size() - 1);
        Set<DomainName> keyNames = new HashSet<>();
        keyNames.add(newest.messageSignature().keyName().orElseThrow());
        sets.forEach(set -> keyNames.add(set.seal().keyName().orElseThrow()));
        if (keyNames.size() > limits.keys()) {
            return new ArcVerification.Decided(new ArcResult.Fail(
                    ArcProblem.TOO_MANY_KEYS, 0, keyNames.size() + ", " + limits.keys() + " at most", sets.size()));
        }
        List<MessageSignatureCandidate> claims = claims(sets, keyNames);
        keyNames.forEach(keys::start);
        claims.stream()
                .filter(claim -> claim.onSight().isEmpty())
                .forEach(claim -> bodyHashes.request(claim.tags().bodyHashRequest()));
        return new ArcVerification.Pending(sets, claims, headers, bodyHashes, keys, signatureLimits);
    }

    private Optional<ArcResult.Fail> failureOnSight(List<ArcSetFields> sets) {
        ArcSetFields newest = sets.get(sets.size() - 1);
        int count = sets.size();
        if (newest.messageSignatureCoversSeals()) {
            return Optional.of(
                    new ArcResult.Fail(ArcProblem.MESSAGE_SIGNATURE_COVERS_SEALS, newest.instance(), "", count));
        }
        Optional<SignatureFailure> unsigned = messageSignatureFailure(newest.messageSignature());
        if (unsigned.isPresent()) {
            return Optional.of(new ArcResult.Fail(
                    unsigned.get().problem().isOurLimit()
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
            Optional<SignatureFailure> unsealed = set.sealFailure();
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
        return tags.failures().stream()
                .findFirst()
                .or(() -> tags.contentFailures(now, signatureLimits.clockDrift()).stream()
                        .findFirst())
                .or(() -> ArcSetFields.withoutKeyName(tags));
    }

    /** The message signatures that are looked at, newest first: up to a malformed one, as far as the limits allow. */
    private List<MessageSignatureCandidate> claims(List<ArcSetFields> sets, Set<DomainName> keyNames) {
        List<MessageSignatureCandidate> chosen = new ArrayList<>();
        Set<BodyHashes.Request> requests = new HashSet<>();
        for (int i = sets.size() - 1; i >= 0; i--) {
            ArcSetFields set = sets.get(i);
            SignatureTags tags = set.messageSignature();
            if (set.messageSignatureCoversSeals()) {
                return chosen;
            }
            Optional<SignatureFailure> onSight = messageSignatureFailure(tags);
            if (onSight.isPresent()) {
                chosen.add(new MessageSignatureCandidate(tags, onSight));
                return chosen;
            }
            DomainName keyName = tags.keyName().orElseThrow();
            requests.add(tags.bodyHashRequest());
            boolean keyTooMany = !keyNames.contains(keyName) && keyNames.size() == limits.keys();
            if (keyTooMany || requests.size() > limits.bodyHashes() || chosen.size() == limits.messageSignatures()) {
                return chosen;
            }
            keyNames.add(keyName);
            chosen.add(new MessageSignatureCandidate(tags, onSight));
        }
        return chosen;
    }
}
