package org.countersign.keys;

import java.util.List;
import org.countersign.syntax.Escapes;

/**
 * Why a signature does not pass: the problem, and what exactly is wrong.
 *
 * @param detail a few words for people, printable; may be empty
 * @param likelyCauses what probably happened to the message in transit, if it can be proved; usually empty
 * @param headersVerified whether the signature of the header fields verifies, so that only the body differs
 */
public record SignatureFailure(
        SignatureProblem problem, String detail, List<LikelyCause> likelyCauses, boolean headersVerified) {
    // Enough for a domain name of 253 characters and the answer of the DNS.
    private static final int MAX_DETAIL = 400;
    private static final String CUT = "...";

    public SignatureFailure {
        detail = shown(detail);
        likelyCauses = List.copyOf(likelyCauses);
    }

    public SignatureFailure(SignatureProblem problem, String detail) {
        this(problem, detail, List.of(), false);
    }

    /** Escapes text that is not printable. Printable text stays as it is, so that no text is escaped twice. */
    private static String shown(String detail) {
        if (!detail.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return Escapes.printable(detail, MAX_DETAIL);
        }
        return detail.length() <= MAX_DETAIL + CUT.length() ? detail : detail.substring(0, MAX_DETAIL) + CUT;
    }

    /** A failure without detail. */
    public static SignatureFailure of(SignatureProblem problem) {
        return new SignatureFailure(problem, "");
    }

    /** The same failure with what is known about the message before it was changed. */
    public SignatureFailure diagnosed(List<LikelyCause> causes, boolean verified) {
        return new SignatureFailure(problem, detail, causes, verified);
    }

    /**
     * Whether the key of the signer made this signature, of a message that was changed afterwards. Then the signer sent a
     * message with these header fields, or with fields that differ only by the likely causes.
     */
    public boolean isOfChangedMessage() {
        return headersVerified || !likelyCauses.isEmpty();
    }

    /** A clause for people that ends with the rule and the likely causes; US-ASCII, printable. */
    public String describe() {
        StringBuilder text = new StringBuilder(problem.description());
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        text.append(" (").append(problem.rule().replace("§", "section ")).append(')');
        for (LikelyCause cause : likelyCauses) {
            text.append("; probably ").append(cause.description());
        }
        return text.toString();
    }
}
