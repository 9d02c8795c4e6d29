package org.countersign.dkim;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.countersign.canonical.BodyBuffers;
import org.countersign.canonical.BodyHashes;
import org.countersign.crypto.RsaEngine;
import org.countersign.dns.DnsLookups;
import org.countersign.keys.PublicKeyCache;
import org.countersign.keys.PublicKeyLookups;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.HeaderSection;
import org.countersign.signature.HeaderIndex;
import org.countersign.smtp.HeaderField;

/**
 * Verifies the DKIM signatures of messages (RFC 6376 §6). Thread-safe; a server needs one instance, which caches parsed
 * keys and buffers.
 */
public final class DkimVerifier {
    /** The number of DKIM-Signature fields that are read; the others are neither read nor reported. */
    static final int MAX_SIGNATURES_READ = 64;

    private final DkimLimits limits;
    private final InstantSource clock;
    private final PublicKeyCache keyRecords;
    private final BodyBuffers.Pool buffers = new BodyBuffers.Pool();

    /** Verifies with the RSA of the Java runtime. */
    public DkimVerifier(DkimLimits limits, InstantSource clock) {
        this(limits, clock, RsaEngine.jca());
    }

    /**
     * @param clock for the expiry of signatures
     * @param rsa computes with the RSA keys of the DNS
     */
    public DkimVerifier(DkimLimits limits, InstantSource clock, RsaEngine rsa) {
        this.keyRecords = new PublicKeyCache(rsa);
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Begins to verify a message whose header section is complete.
     *
     * @param executor runs each blocking DNS lookup as one task, best on a virtual thread
     */
    public DkimVerification begin(HeaderSection headers, DnsLookups dns, Executor executor) {
        return begin(headers, bodyHashes(), keys(dns, executor), true);
    }

    /** The body hashes of one message, in buffers that earlier messages have released. */
    public BodyHashes bodyHashes() {
        return new BodyHashes(Optional.of(buffers));
    }

    /**
     * The key lookups of one message, with the cache of parsed records.
     *
     * @param executor runs each blocking DNS lookup as one task, best on a virtual thread
     */
    public PublicKeyLookups keys(DnsLookups dns, Executor executor) {
        return new PublicKeyLookups(dns, executor, keyRecords, limits.maxRsaBits());
    }

    /**
     * Begins to verify a message that ARC verifies, too. Both share the hashes and the keys, and the caller passes the body
     * to {@code bodyHashes} once, and not to the result of this method.
     */
    public DkimVerification begin(HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys) {
        return begin(headers, bodyHashes, keys, false);
    }

    private DkimVerification begin(
            HeaderSection headers, BodyHashes bodyHashes, PublicKeyLookups keys, boolean ownsBody) {
        HeaderIndex index = new HeaderIndex(headers);
        Instant now = clock.instant();
        List<DkimSignature> signatures = new ArrayList<>(2);
        int evaluated = 0;
        for (HeaderField field : headers.all(DkimSignature.FIELD)) {
            if (signatures.size() == MAX_SIGNATURES_READ) {
                break;
            }
            DkimSignature signature = DkimSignature.parse(field, signatures.size() + 1, index, now, limits);
            if (signature.failure().isEmpty()) {
                if (evaluated == limits.signatures()) {
                    signature = signature.notEvaluated(new SignatureFailure(
                            SignatureProblem.TOO_MANY_SIGNATURES, limits.signatures() + " at most"));
                } else {
                    evaluated++;
                    keys.start(signature.tags().keyName().orElseThrow());
                    bodyHashes.requestWithFooterDetection(signature.tags().bodyHashRequest());
                }
            }
            signatures.add(signature);
        }
        return new DkimVerification(signatures, index, bodyHashes, ownsBody, keys, limits);
    }
}
