package org.countersign.reports.document;

/**
 * A result of DKIM or SPF, as a report has it. All its text is of a stranger.
 *
 * @param domain in lower case; empty if the report lacks it
 * @param selector that of a signature; empty for SPF and if the report lacks it
 * @param scope {@code mfrom}, {@code helo} or another word; empty for DKIM and if the report lacks it
 * @param result a keyword of {@link DkimResultType} or {@link SpfResultType}. Another word is kept in lower case. Empty if the
 *     report has none
 * @param humanResult may be empty
 */
public record ReportedResult(
        Method method, String domain, String selector, String scope, String result, String humanResult) {
    /** The method that gave a result. */
    public enum Method {
        DKIM("dkim"),
        SPF("spf");

        private final String keyword;

        Method(String keyword) {
            this.keyword = keyword;
        }

        /** The name of its element. */
        public String keyword() {
            return keyword;
        }
    }

    /** Whether the result is a pass. */
    public boolean isPass() {
        return result.equals("pass");
    }

    /** Whether the result is a word that the format has. */
    public boolean isKnown() {
        return switch (method) {
            case DKIM -> DkimResultType.ofKeyword(result).isPresent();
            case SPF -> SpfResultType.ofKeyword(result).isPresent();
        };
    }
}
