package org.countersign.reports.view;

/** Says in one sentence what to do about a selector. */
final class SelectorAdvice {
    /** Receivers do not accept signatures of shorter RSA keys (RFC 8301 §3.2). */
    private static final int MIN_RSA_BITS = 1_024;

    private SelectorAdvice() {}

    /**
     * The sentence, without a period at its end; empty if there is nothing to do.
     *
     * @param signer the signing domain
     */
    static String of(String signer, String selector, Selectors.State state, Selectors.Key key) {
        String record = selector + "._domainkey." + signer;
        return switch (state) {
            case IN_USE, ONLY_FAILING, SILENT, NEVER_SEEN -> used(record, state, key);
            case READY_TO_RETIRE ->
                key instanceof Selectors.Key.Published || key instanceof Selectors.Key.Unknown
                        ? "no signature in these days: remove " + record + " from the DNS if nothing signs with it"
                        : "";
            case RETIRED -> "";
        };
    }

    private static String used(String record, Selectors.State state, Selectors.Key key) {
        return switch (key) {
            case Selectors.Key.Missing none -> "publish " + record + ": without it every signature fails";
            case Selectors.Key.Revoked none ->
                "the DNS says that the key was withdrawn: stop signing with it, or publish it again";
            case Selectors.Key.Unusable none -> "the record at " + record + " is no usable key: publish the right one";
            case Selectors.Key.Published published ->
                published.algorithm().equals("rsa") && published.bits() < MIN_RSA_BITS
                        ? "sign with a key of 2048 bits: receivers do not accept one of " + published.bits()
                        : working(state);
            case Selectors.Key.Unknown none -> working(state);
        };
    }

    private static String working(Selectors.State state) {
        return switch (state) {
            case ONLY_FAILING ->
                "no signature is valid: compare the key in the DNS with the one that signs; if they belong together,"
                        + " somebody forges your name";
            case SILENT, NEVER_SEEN ->
                "the policy file has its key, but no report of these days shows it: see whether mail is signed with it";
            case IN_USE, READY_TO_RETIRE, RETIRED -> "";
        };
    }
}
