package org.countersign.importer;

import java.util.List;
import java.util.Optional;

/** Translates the canonicalization of the old signatures, whichever program made them. */
final class SigningCanonicalization {
    private static final List<String> PAIRS =
            List.of("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed");
    private static final String OURS = "relaxed/relaxed";

    private SigningCanonicalization() {}

    /** Whether a pair is one that RFC 6376 §3.5 defines. */
    static boolean isPair(String pair) {
        return PAIRS.contains(pair);
    }

    /**
     * Writes a pair out where it is not the default here, and reports it.
     *
     * @param given the line that sets the pair; empty for the default of the old program
     * @param pair for the header and the body
     * @param program the name of the old program
     */
    static void translate(
            Optional<Directive> given, String pair, String program, Findings findings, PolicyDraft draft) {
        if (pair.equals(OURS)) {
            given.ifPresent(same -> findings.add(FindingClass.DEFAULT, same, "The default here."));
            return;
        }
        draft.set("signing.canonicalization", pair);
        String hint = " " + OURS + " survives more on the way; changing it breaks nothing: remove the line.";
        given.ifPresentOrElse(
                line -> findings.add(FindingClass.KEPT, line, "Written out." + hint),
                () -> findings.add(
                        FindingClass.KEPT,
                        Origin.NOWHERE,
                        "Canonicalization (not set)",
                        pair + ", the default of " + program + ", is written out." + hint));
    }
}
