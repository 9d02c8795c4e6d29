package org.countersign.doctor;

import static org.countersign.doctor.ExampleDomain.NO_SPF;
import static org.countersign.doctor.ExampleDomain.SENDER;
import static org.countersign.doctor.ExampleDomain.SPF;
import static org.countersign.doctor.ExampleRequest.helo;
import static org.countersign.doctor.ExampleRequest.parked;

/** Findings about hosts, servers and zones, and about the other records of mail. */
final class HostCases {
    private HostCases() {}

    /** The records of the domain and of all names below it. */
    private static final String[] NOTHING_THERE = {
        "- example.org TXT",
        "- example.org MX",
        "- mail.example.org A",
        "- mail.example.org TXT",
        "- _dmarc.example.org TXT",
        "- _mta-sts.example.org TXT",
        "- _smtp._tls.example.org TXT",
        "- default._bimi.example.org TXT",
        "- s1._domainkey.example.org TXT"
    };

    static void add(FindingCases cases) {
        cases.of(FindingId.DOMAIN_MISSING).told(NOTHING_THERE);
        cases.asked(parked()).told(NOTHING_THERE);
        cases.of(FindingId.MX_NONE).told("- example.org MX", "example.org A " + SENDER);
        cases.of(FindingId.MX_NULL).with(FindingId.DMARC_RUA_NO_MX).told("- example.org MX", "example.org MX 0 .");
        cases.of(FindingId.MX_CNAME)
                .told("example.org MX 20 alias.example.org", "alias.example.org CNAME mail.example.org");
        cases.of(FindingId.MX_NO_ADDRESS).told("example.org MX 20 gone.example.org");
        cases.of(FindingId.MX_LITERAL).told("example.org MX 20 44.128.1.10");
        cases.of(FindingId.PTR_NONE).asked(ExampleRequest.from(SENDER)).told("- 10.1.128.44.in-addr.arpa PTR");
        cases.of(FindingId.PTR_MISMATCH)
                .asked(ExampleRequest.from(SENDER))
                .told("- 10.1.128.44.in-addr.arpa PTR", "10.1.128.44.in-addr.arpa PTR mx.provider.net");
        cases.of(FindingId.HELO_UNRESOLVABLE)
                .asked(helo("localhost.localdomain", SENDER))
                .told();
        cases.of(FindingId.HELO_MISMATCH)
                .asked(helo("mail.example.org", "44.128.1.11"))
                .told("11.1.128.44.in-addr.arpa PTR out.example.org", "out.example.org A 44.128.1.11");
        cases.of(FindingId.HELO_LITERAL).asked(helo("[44.128.1.10]", SENDER)).told();
        cases.asked(helo("44.128.1.10", SENDER)).told();
        cases.of(FindingId.DNSSEC).told("!security UNSIGNED");
        cases.as(Severity.ERROR).told("!security BOGUS");
        cases.of(FindingId.MTA_STS).told("- _mta-sts.example.org TXT");
        cases.as(Severity.WARNING).told("- _mta-sts.example.org TXT", "_mta-sts.example.org TXT v=STSv1; id=2026-11");
        cases.as(Severity.WARNING).told("- _mta-sts.example.org TXT", "_mta-sts.example.org TXT v = STSv1; id=2026");
        cases.as(Severity.WARNING).told("_mta-sts.example.org TXT v=STSv1;id=2026");
        cases.as(Severity.WARNING).told("- _mta-sts.example.org TXT", "_mta-sts.example.org TXT v=STSv10; id=2026");
        cases.of(FindingId.TLSRPT).told("- _smtp._tls.example.org TXT");
        cases.as(Severity.WARNING).told("- _smtp._tls.example.org TXT", "_smtp._tls.example.org TXT v=TLSRPTv1; rua=x");
        cases.as(Severity.WARNING)
                .told("- _smtp._tls.example.org TXT", "_smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:a@b,c@d");
        cases.of(FindingId.BIMI).told("- default._bimi.example.org TXT");
        cases.as(Severity.WARNING)
                .told("- default._bimi.example.org TXT", "default._bimi.example.org TXT v=BIMI1; l=http://x");
        cases.of(FindingId.PARKED).asked(parked()).repaired();
        cases.of(FindingId.NS_DISAGREE).told("!differs example.org");
        cases.of(FindingId.NS_LAME).told("!lame");
        cases.of(FindingId.TTL_LONG).told(NO_SPF, SPF.replace(" TXT", " 172800 TXT"));
    }
}
