package org.countersign.reports.send;

import java.net.InetAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.AlignmentMode;
import org.countersign.dmarc.DiscoveryMethod;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.reports.document.Disposition;
import org.countersign.reports.document.DkimAuthResult;
import org.countersign.reports.document.DkimResultType;
import org.countersign.reports.document.OverrideReason;
import org.countersign.reports.document.PolicyOverrideType;
import org.countersign.reports.document.PolicyPublished;
import org.countersign.reports.document.ReportRow;
import org.countersign.reports.document.SpfAuthResult;
import org.countersign.reports.document.SpfResultType;
import org.countersign.syntax.Octets;

/** Reads the rows of the tables {@code report_policy} and {@code report_row} as the values of a report. */
final class StoredRows {
    private static final int DKIM = 1;
    private static final int SPF = 2;

    private StoredRows() {}

    /** The policy in the current row, which has the columns of the table by their names. */
    static PolicyPublished policy(DomainName domain, ResultSet row) throws SQLException {
        String method = row.getString("method");
        return new PolicyPublished(
                domain,
                Arrays.stream(DiscoveryMethod.values())
                        .filter(each -> each.keyword().equals(method))
                        .findFirst(),
                policy(row.getString("p")),
                policy(row.getString("sp")),
                policy(row.getString("np")),
                alignment(row.getString("adkim")),
                alignment(row.getString("aspf")),
                row.getString("fo"),
                testing(row.getString("testing")));
    }

    private static Optional<DmarcPolicy> policy(String text) {
        return DmarcPolicy.parse(Octets.latin1(text));
    }

    private static Optional<AlignmentMode> alignment(String text) {
        return Arrays.stream(AlignmentMode.values())
                .filter(each -> PolicyPublished.keyword(each).equals(text))
                .findFirst();
    }

    private static Optional<Boolean> testing(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text.equals("y"));
    }

    /**
     * The messages in the current row, which has the columns of the table by their names. Empty for a
     * row that no report can have, such as one without an address.
     */
    static Optional<ReportRow> row(ResultSet row) throws SQLException {
        Optional<InetAddress> source = IpNetwork.parseAddress(row.getString("source_ip"));
        Optional<DomainName> headerFrom = DomainName.parse(row.getString("header_from"));
        Optional<Disposition> disposition = Disposition.ofNumber(row.getInt("disposition"));
        long messages = row.getLong("messages");
        if (source.isEmpty() || headerFrom.isEmpty() || disposition.isEmpty() || messages < 1) {
            return Optional.empty();
        }
        int aligned = row.getInt("aligned");
        // NULL if equal to header_from, and no text for the null reverse-path.
        Optional<DomainName> envelopeFrom = Optional.ofNullable(row.getString("envelope_from"))
                .map(DomainName::parse)
                .orElse(headerFrom);
        List<DkimAuthResult> dkim = new ArrayList<>();
        Optional<SpfAuthResult> spf = Optional.empty();
        for (String line : row.getString("auth").lines().toList()) {
            List<String> words = Words.of(line);
            if (words.size() == 4 && words.getFirst().equals("dkim")) {
                DkimResultType.ofKeyword(words.get(1))
                        .ifPresent(result -> dkim.add(new DkimAuthResult(words.get(2), words.get(3), result, "")));
            } else if (words.size() == 3 && words.getFirst().equals("spf")) {
                spf = SpfResultType.ofKeyword(words.get(1)).map(result -> new SpfAuthResult(words.get(2), result, ""));
            }
        }
        return Optional.of(new ReportRow(
                source.get(),
                messages,
                disposition.get(),
                (aligned & DKIM) != 0,
                (aligned & SPF) != 0,
                reasons(row.getString("reasons")),
                headerFrom.get(),
                envelopeFrom,
                DomainName.parse(row.getString("envelope_to")),
                dkim,
                spf));
    }

    private static List<OverrideReason> reasons(String text) {
        List<OverrideReason> reasons = new ArrayList<>();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            String word = space < 0 ? line : line.substring(0, space);
            String comment = space < 0 ? "" : line.substring(space + 1);
            PolicyOverrideType.ofKeyword(word).ifPresent(type -> reasons.add(new OverrideReason(type, comment)));
        });
        return reasons;
    }

    /** The words of a line, separated by single spaces. */
    private static final class Words {
        private Words() {}

        static List<String> of(String line) {
            List<String> words = new ArrayList<>();
            int from = 0;
            for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', from)) {
                words.add(line.substring(from, space));
                from = space + 1;
            }
            words.add(line.substring(from));
            return words;
        }
    }
}
