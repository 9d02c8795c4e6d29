package org.countersign.vectors;

import java.util.List;
import java.util.Optional;

/**
 * The expected results of a message.
 *
 * @param spf the result for the MAIL FROM identity, a keyword of RFC 8601 §2.7.2
 * @param dkim one for each DKIM-Signature field, in header order; empty for an unsigned message
 * @param dmarc a keyword of RFC 9989 §9.2
 * @param policy the policy that applies to the message (after sp, np and t); empty if none applies
 * @param verdict what the host does in the mode of the case: accept, tag, quarantine, reject, tempfail or discard
 * @param reply the beginning of the SMTP reply, if the case has one
 * @param removed the Authentication-Results fields to remove, numbered from 1 at the top
 * @param headers texts that the new Authentication-Results field must contain when unfolded
 */
public record Expectation(
        String spf,
        List<ExpectedSignature> dkim,
        String dmarc,
        Optional<String> policy,
        String verdict,
        Optional<String> reply,
        List<Integer> removed,
        List<String> headers) {
    private static final List<String> SPF =
            List.of("none", "neutral", "pass", "fail", "softfail", "temperror", "permerror");
    private static final List<String> DMARC = List.of("none", "pass", "fail", "temperror", "permerror");
    private static final List<String> POLICIES = List.of("none", "quarantine", "reject");
    private static final List<String> VERDICTS =
            List.of("accept", "tag", "quarantine", "reject", "tempfail", "discard");

    public Expectation {
        dkim = List.copyOf(dkim);
        removed = List.copyOf(removed);
        headers = List.copyOf(headers);
    }

    static Expectation read(CaseNode expect) {
        return new Expectation(
                expect.oneOf("spf", SPF),
                expect.sections("dkim").stream().map(ExpectedSignature::read).toList(),
                expect.oneOf("dmarc", DMARC),
                expect.optionalOneOf("policy", POLICIES),
                expect.oneOf("verdict", VERDICTS),
                expect.optionalString("reply"),
                expect.integers("removed"),
                expect.strings("headers"));
    }
}
