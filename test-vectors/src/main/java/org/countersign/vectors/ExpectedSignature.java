package org.countersign.vectors;

import java.util.List;
import java.util.Optional;

/**
 * The expected result of one DKIM-Signature field.
 *
 * @param result a keyword of RFC 8601 §2.7.1
 * @param problem why it is not a pass, such as {@code BODY_HASH_MISMATCH}, if the case has a reason
 * @param domain the {@code d=} of the signature
 */
public record ExpectedSignature(String result, Optional<String> problem, String domain) {
    private static final List<String> RESULTS = List.of("pass", "fail", "policy", "neutral", "temperror", "permerror");

    static ExpectedSignature read(CaseNode signature) {
        return new ExpectedSignature(
                signature.oneOf("result", RESULTS), signature.optionalString("problem"), signature.string("d"));
    }
}
