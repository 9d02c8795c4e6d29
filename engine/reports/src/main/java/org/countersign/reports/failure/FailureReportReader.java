package org.countersign.reports.failure;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import org.countersign.dmarc.Mechanism;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.SourceAddress;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * Reads the parts of a failure report (RFC 9991 §4, RFC 6591 §3.1, RFC 5965 §3). Fields may be in any order and letter case, folded,
 * and with comments. Prose is not read.
 *
 * <p>Stateless.
 */
public final class FailureReportReader {
    private static final int MAX_TEXT = 16_384;
    private static final int MAX_SHOWN = 40;
    private static final int MAX_DIGITS = 12;
    private static final String AUTH_FAILURE = "auth-failure";

    /**
     * Reads a report.
     *
     * @param feedback the content of the part {@code message/feedback-report}, decoded; the caller bounds its size
     * @param message the content of the part {@code text/rfc822-headers} or {@code message/rfc822}, decoded; it may be cut or empty
     */
    public FailureReadResult read(byte[] feedback, byte[] message) {
        ReportFields fields = ReportFields.parse(feedback, false);
        ReportFields header = ReportFields.parse(message, true);
        if (fields.isEmpty()) {
            return new FailureReadResult.Refused("message/feedback-report without fields");
        }
        String type = word(fields, "Feedback-Type");
        String failure = word(fields, "Auth-Failure");
        if (!type.equals(AUTH_FAILURE) && !(type.isEmpty() && !failure.isEmpty())) {
            return new FailureReadResult.Refused(
                    type.isEmpty()
                            ? "no Feedback-Type"
                            : "Feedback-Type is " + Escapes.printable(type, MAX_SHOWN) + ", not " + AUTH_FAILURE);
        }
        Optional<DomainName> domain = domain(fields, header);
        if (domain.isEmpty()) {
            return new FailureReadResult.Refused("no Reported-Domain");
        }
        return new FailureReadResult.Read(new ReceivedFailureReport(
                domain.get(),
                failure,
                notAligned(fields),
                fields.first("Source-IP")
                        .map(ReportFields::withoutComments)
                        .flatMap(SourceAddress::parse)
                        .map(SourceAddress::address),
                withoutBrackets(text(fields, "Original-Mail-From")),
                DeliveryResult.parse(word(fields, "Delivery-Result")),
                incidents(text(fields, "Incidents")),
                fields.all("SPF-DNS").stream()
                        .map(ReportFields::withoutComments)
                        .toList(),
                fields.text(MAX_TEXT),
                header.text(MAX_TEXT)));
    }

    private static String text(ReportFields fields, String name) {
        return fields.first(name).map(ReportFields::withoutComments).orElse("");
    }

    private static String word(ReportFields fields, String name) {
        return text(fields, name).toLowerCase(Locale.ROOT);
    }

    private static Optional<DomainName> domain(ReportFields fields, ReportFields header) {
        return fields.all("Reported-Domain").stream()
                .map(ReportFields::withoutComments)
                .map(DomainName::parse)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> header.first("From").flatMap(FailureReportReader::domainOfAddress));
    }

    // The last address of the field. The field is of a stranger in any case, so only its domain is used.
    private static Optional<DomainName> domainOfAddress(String from) {
        String text = ReportFields.withoutComments(from);
        int at = text.lastIndexOf('@');
        int end = at + 1;
        while (end < text.length()
                && (Ascii.isAlphaNumeric(text.charAt(end)) || "-._".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return at < 0 ? Optional.empty() : DomainName.parse(text.substring(at + 1, end));
    }

    // RFC 9991 §4
    private static Set<Mechanism> notAligned(ReportFields fields) {
        Set<Mechanism> mechanisms = EnumSet.noneOf(Mechanism.class);
        // Some reporters leave out the comma.
        StringTokenizer words = new StringTokenizer(word(fields, "Identity-Alignment"), ", ");
        while (words.hasMoreTokens()) {
            switch (words.nextToken()) {
                case "dkim" -> mechanisms.add(Mechanism.DKIM);
                case "spf" -> mechanisms.add(Mechanism.SPF);
                default -> {
                    // "none", and what no mechanism is called
                }
            }
        }
        return mechanisms;
    }

    private static long incidents(String text) {
        boolean number =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(Ascii::isDigit);
        return number ? Math.max(Long.parseLong(text), 1) : 1;
    }

    private static String withoutBrackets(String text) {
        return text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
    }
}
