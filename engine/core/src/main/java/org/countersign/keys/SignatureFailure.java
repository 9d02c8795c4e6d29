package org.countersign.keys;

import java.util.List;
import org.countersign.syntax.Escapes;

/**
 * A problem and what exactly brought it up.
 *
 * @param detail a few words for people, printable; may be empty
 * @param likelyCauses what probably happened on the way, where a mismatch can be undone; mostly empty
 */
public record SignatureFailure(SignatureProblem problem, String detail, List<LikelyCause> likelyCauses) {
    // A name of 253 characters, and what the DNS said of it.
    private static final int MAX_DETAIL = 400;
    private static final String CUT = "...";

    public SignatureFailure {
        detail = shown(detail);
        likelyCauses = List.copyOf(likelyCauses);
    }

    public SignatureFailure(SignatureProblem problem, String detail) {
        this(problem, detail, List.of());
    }

    /** Printable text stays as it is, so that what is copied from one failure to the next is not escaped twice. */
    private static String shown(String detail) {
        if (!detail.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return Escapes.printable(detail, MAX_DETAIL);
        }
        return detail.length() <= MAX_DETAIL + CUT.length() ? detail : detail.substring(0, MAX_DETAIL) + CUT;
    }

    public static SignatureFailure of(SignatureProblem problem) {
        return new SignatureFailure(problem, "");
    }

    public SignatureFailure withLikelyCauses(List<LikelyCause> causes) {
        return new SignatureFailure(problem, detail, causes);
    }

    /** Half a sentence for people, with the rule behind it; US-ASCII, so that it may go anywhere. */
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
