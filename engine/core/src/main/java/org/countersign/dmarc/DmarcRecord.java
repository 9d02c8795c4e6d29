package org.countersign.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * A DMARC Policy Record (RFC 9989 §4.5 to §4.8). An error after the version tag does not invalidate the
 * record: the tag takes its default value and a diagnostic reports it.
 *
 * @param text as published, strings joined
 * @param policy {@code p}; empty if missing or invalid
 * @param subdomainPolicy {@code sp}; empty if missing or invalid
 * @param nonexistentPolicy {@code np}; empty if missing or invalid
 * @param policyTagsValid whether {@code p} is present and valid, and {@code sp} and {@code np} are valid if present.
 *     If false, the three must not be used (RFC 9989 §4.10.1)
 * @param dkimAlignment {@code adkim}
 * @param spfAlignment {@code aspf}
 * @param psd {@code psd}
 * @param testing {@code t=y}
 * @param aggregateReports {@code rua}, valid URIs only
 * @param failureReports {@code ruf}, valid URIs only
 * @param failureReporting {@code fo}; its default if there is no {@code ruf}
 * @param diagnostics errors for the owner of the record to correct, in the order found
 */
public record DmarcRecord(
        Octets text,
        Optional<DmarcPolicy> policy,
        Optional<DmarcPolicy> subdomainPolicy,
        Optional<DmarcPolicy> nonexistentPolicy,
        boolean policyTagsValid,
        AlignmentMode dkimAlignment,
        AlignmentMode spfAlignment,
        Psd psd,
        boolean testing,
        List<ReportUri> aggregateReports,
        List<ReportUri> failureReports,
        Set<FailureReporting> failureReporting,
        List<Diagnostic> diagnostics) {

    public DmarcRecord {
        aggregateReports = List.copyOf(aggregateReports);
        failureReports = List.copyOf(failureReports);
        diagnostics = List.copyOf(diagnostics);
    }

    /** The value of {@code psd} (RFC 9989 §4.7). */
    public enum Psd {
        /** {@code y}: the domain is a Public Suffix Domain. */
        YES,
        /** {@code n}: the domain is an Organizational Domain. */
        NO,
        /** {@code u} or absent: the tree walk decides. */
        UNDECLARED
    }

    /** An error in a record, or a part of it without effect. */
    public enum RecordWarning {
        /** Not {@code name=value}. */
        SYNTAX("is not written as name=value"),
        UNKNOWN_TAG("is not a tag of DMARC and has no effect"),
        /** {@code pct}, {@code rf}, {@code ri}. */
        REMOVED_TAG("was removed from DMARC by RFC 9989 and has no effect"),
        DUPLICATE_TAG("is present more than once; the first one counts"),
        TOO_MANY_TAGS("are in the record; those after them have no effect"),
        INVALID_VALUE("has a value that is not allowed"),
        MISSING_POLICY("is missing or invalid, so the policy is none at most"),
        INVALID_URI("contains an entry that is not a valid URI for reports"),
        OBSOLETE_SIZE("has a size limit, which is ignored"),
        /** {@code fo} in a record that has no {@code ruf}. */
        WITHOUT_EFFECT("has no effect without ruf");

        private final String description;

        RecordWarning(String description) {
            this.description = description;
        }
    }

    /**
     * A message for the owner of the record.
     *
     * @param subject the tag or text concerned, with escapes, so that it is safe to print
     */
    public record Diagnostic(RecordWarning warning, String subject) {
        /** The message in one line. */
        public String describe() {
            return subject + " " + warning.description;
        }
    }

    /**
     * Parses the text of a TXT record, its strings joined. Empty if it is no DMARC record: the first tag must be {@code v}
     * with the value {@code DMARC1} (RFC 9989 §4.7).
     */
    public static Optional<DmarcRecord> parse(Octets text) {
        return isRecord(text) ? Optional.of(new DmarcRecordParser(text).record()) : Optional.empty();
    }

    // RFC 9989 §4.8 dmarc-version: the name in either case, the value in upper case, nothing before it.
    static boolean isRecord(Octets text) {
        if (text.isEmpty() || Ascii.lower(text.at(0)) != 'v') {
            return false;
        }
        int at = skipWsp(text, 1);
        if (at == text.length() || text.at(at) != '=') {
            return false;
        }
        at = skipWsp(text, at + 1);
        String version = "DMARC1";
        for (int i = 0; i < version.length(); i++, at++) {
            if (at == text.length() || text.at(at) != version.charAt(i)) {
                return false;
            }
        }
        at = skipWsp(text, at);
        return at == text.length() || text.at(at) == ';';
    }

    private static int skipWsp(Octets text, int from) {
        int at = from;
        while (at < text.length() && Ascii.isWsp(text.at(at))) {
            at++;
        }
        return at;
    }

    /** Whether subdomains that do not exist have a different policy from those that do (RFC 9989 §4.7 {@code np}). */
    public boolean distinguishesNonexistent() {
        return policyTagsValid
                && nonexistentPolicy.isPresent()
                && nonexistentPolicy.get() != subdomainPolicy.or(() -> policy).orElse(DmarcPolicy.NONE);
    }

    /** The alignment mode for identifiers of this mechanism. */
    public AlignmentMode alignment(Mechanism mechanism) {
        return switch (mechanism) {
            case SPF -> spfAlignment;
            case DKIM -> dkimAlignment;
        };
    }
}
