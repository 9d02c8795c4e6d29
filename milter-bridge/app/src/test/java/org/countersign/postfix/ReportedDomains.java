package org.countersign.postfix;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.countersign.dns.StaticZone;

/**
 * The domains whose mail {@link TwoReportingSites} exchange, by numbers from 0. Their policies, their addresses for reports and
 * the numbers of their messages differ.
 */
final class ReportedDomains {
    static final int COUNT = 40;

    /** Its reports go to another domain, which agrees. */
    static final int EXTERNAL = 4;

    /** Its reports would go to another domain, which has not agreed. */
    static final int WITHOUT_CONSENT = 5;

    /** Gets failure reports of {@link ReportingSite#ASKING}. */
    static final String FORENSIC = "forensic@" + ReportingSite.ASKING;

    private ReportedDomains() {}

    static String domain(int number) {
        return "d" + number + ".example";
    }

    static String policy(int number) {
        return number % 2 == 0 ? "none" : "reject";
    }

    /** Where the aggregate reports about a domain go. */
    static String address(int number) {
        return switch (number) {
            case EXTERNAL -> "d4@processor.example";
            case WITHOUT_CONSENT -> "d5@elsewhere.example";
            default -> "dmarc@" + domain(number);
        };
    }

    /** The only address that may send mail of a domain. */
    static String client(int number) {
        return "192.0.2." + (10 + number);
    }

    /** How many messages of a domain come from its own address. */
    static int genuine(int number) {
        return 3 + number % 4;
    }

    /** How many messages of a domain come from an address that it does not name. */
    static int forged(int number) {
        return 1 + number % 3;
    }

    /** All addresses that reports may go to. */
    static List<String> addresses() {
        return Stream.concat(IntStream.range(0, COUNT).mapToObj(ReportedDomains::address), Stream.of(FORENSIC))
                .toList();
    }

    /** The records of the domains and of the sites. */
    static StaticZone zone() {
        StaticZone.Builder zone = StaticZone.builder();
        for (int i = 0; i < COUNT; i++) {
            zone.txt(domain(i), "v=spf1 ip4:" + client(i) + " -all")
                    .txt(
                            "_dmarc." + domain(i),
                            "v=DMARC1; p=" + policy(i) + "; rua=mailto:" + address(i)
                                    + (domain(i).equals(ReportingSite.ASKING) ? "; ruf=mailto:" + FORENSIC : ""));
        }
        zone.txt(domain(EXTERNAL) + "._report._dmarc.processor.example", "v=DMARC1");
        for (String site : List.of(TwoReportingSites.RECEIVER, TwoReportingSites.WORLD)) {
            // Against all advice, the sites ask for reports about their reports.
            zone.txt("reports." + site, "v=spf1 ip4:127.0.0.2 -all")
                    .txt("_dmarc.reports." + site, "v=DMARC1; p=reject; rua=mailto:dmarc-noreply@reports." + site);
            ReportingSite.keys(site).forEach(zone::txt);
        }
        return zone.build();
    }
}
