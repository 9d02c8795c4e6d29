package org.countersign.rotation;

import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;

/**
 * What {@code key new} is asked for.
 *
 * @param domain the signing domain, d=
 * @param algorithms one or two
 * @param bits the size of an RSA key in bits; without an effect on other keys
 * @param selector chosen by the user; empty to make it from the template
 * @param template of selectors; empty for the default
 * @param slots the selectors whose names are aliases, and where these lead; empty for none, or for those of the domain
 * @param activatesWhenReady whether {@code tick} activates the key
 */
public record NewKeyRequest(
        DomainName domain,
        List<SignatureAlgorithm> algorithms,
        int bits,
        Optional<String> selector,
        Optional<String> template,
        Optional<RotationStates.Slots> slots,
        boolean activatesWhenReady) {
    /** The size of an RSA key in bits, where nobody chooses one. RFC 8301 §3.2: signers should use 2048 bits at least. */
    public static final int DEFAULT_BITS = 2048;

    public NewKeyRequest {
        algorithms = List.copyOf(algorithms);
    }
}
