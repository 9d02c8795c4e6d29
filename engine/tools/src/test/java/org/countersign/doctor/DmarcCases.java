package org.countersign.doctor;

import static org.countersign.doctor.ExampleDomain.NO_DMARC;
import static org.countersign.doctor.ExampleRequest.TABLE;
import static org.countersign.doctor.ExampleRequest.own;
import static org.countersign.doctor.ExampleRequest.signing;

/** Findings about DMARC records and their report addresses. */
final class DmarcCases {
    private DmarcCases() {}

    static void add(FindingCases cases) {
        records(cases);
        addresses(cases);
    }

    static String[] dmarc(String record, String... more) {
        return FindingCases.changes(NO_DMARC, "_dmarc.example.org TXT " + record, more);
    }

    private static void records(FindingCases cases) {
        cases.of(FindingId.DMARC_NONE).repaired(NO_DMARC);
        cases.as(Severity.WARNING)
                .with(FindingId.DMARC_SUFFIX_ABOVE)
                .told(NO_DMARC, "_dmarc.org TXT v=DMARC1; p=reject; psd=y");
        cases.of(FindingId.DMARC_WRONG_PLACE)
                .repaired(NO_DMARC, "example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
        cases.repaired(NO_DMARC, "_dmarc.example.org.example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
        cases.of(FindingId.DMARC_SEVERAL).repaired("_dmarc.example.org TXT v=DMARC1; p=none");
        cases.of(FindingId.DMARC_VERSION).repaired(dmarc("v=dmarc1; p=reject; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("\"v=DMARC1; p=reject; rua=mailto:dmarc@example.org\""));
        cases.repaired(dmarc("v=DMARC1\\; p=reject\\; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("p=reject; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_P_MISSING).repaired(dmarc("v=DMARC1; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_P_INVALID).repaired(dmarc("v=DMARC1; p=quarentine; rua=mailto:dmarc@example.org"));
        cases.told(dmarc("v=DMARC1; p=monitor; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SP_INVALID)
                .repaired(dmarc("v=DMARC1; p=reject; sp=rejct; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_NP_INVALID)
                .repaired(dmarc("v=DMARC1; p=reject; np=rejected; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_P_LATE).repaired(dmarc("v=DMARC1; rua=mailto:dmarc@example.org; p=reject"));
        cases.of(FindingId.DMARC_REMOVED_TAG)
                .repaired(dmarc("v=DMARC1; p=reject; pct=50; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; ri=3600; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_MONITORING).told(dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_TESTING).repaired(dmarc("v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SP_WEAKER)
                .repaired(dmarc("v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_NP_WEAKER)
                .repaired(dmarc("v=DMARC1; p=reject; np=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_NP_MISSING).repaired(dmarc("v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SP_USELESS)
                .with(FindingId.DMARC_TREE_DIFFERS)
                .repaired(dmarc(
                        "v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@example.org",
                        "_dmarc.org TXT v=DMARC1; p=none"));
        cases.of(FindingId.DMARC_PSD).repaired(dmarc("v=DMARC1; p=reject; psd=y; rua=mailto:dmarc@example.org"));
        cases.as(Severity.INFO).told(dmarc("v=DMARC1; p=reject; psd=n; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SUFFIX_ABOVE).told("_dmarc.org TXT v=DMARC1; p=reject; psd=y");
        cases.of(FindingId.DMARC_TREE_DIFFERS).repaired("_dmarc.org TXT v=DMARC1; p=none");
        cases.of(FindingId.DMARC_DUPLICATE_TAG)
                .repaired(dmarc("v=DMARC1; p=reject; p=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_UNKNOWN_TAG).told(dmarc("v=DMARC1; p=reject; adkmi=s; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_VALUE_INVALID)
                .repaired(dmarc("v=DMARC1; p=reject; adkim=strict; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SEPARATOR)
                .repaired(dmarc("v=DMARC1; p=reject,sp=reject; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject rua=mailto:dmarc@example.org"));
        cases.as(Severity.WARNING).repaired(dmarc("v=DMARC1; p=reject; reports please; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_CNAME)
                .told(
                        NO_DMARC,
                        "_dmarc.example.org CNAME d.provider.net",
                        "d.provider.net TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
        cases.of(FindingId.DMARC_STRICT).told(dmarc("v=DMARC1; p=reject; aspf=s; rua=mailto:dmarc@example.org"));
        cases.as(Severity.WARNING)
                .asked(own(signing("news.example.org", TABLE)))
                .repaired(dmarc("v=DMARC1; p=reject; adkim=s; rua=mailto:dmarc@example.org"));
    }

    private static void addresses(FindingCases cases) {
        cases.of(FindingId.DMARC_RUA_MISSING).repaired(dmarc("v=DMARC1; p=reject"));
        cases.of(FindingId.DMARC_RUA_SYNTAX).repaired(dmarc("v=DMARC1; p=reject; rua=dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; rua=mailto: dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org; mailto:two@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org mailto:two@example.org"));
        cases.told(dmarc("v=DMARC1; p=reject; rua=nobody"));
        cases.of(FindingId.DMARC_RUA_SIZE).repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org!10m"));
        cases.of(FindingId.DMARC_RUA_SCHEME).told(dmarc("v=DMARC1; p=reject; rua=https://example.org/reports"));
        cases.of(FindingId.DMARC_RUA_UNAUTHORIZED).repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@provider.net"));
        cases.of(FindingId.DMARC_RUF_UNAUTHORIZED)
                .with(FindingId.DMARC_RUF)
                .repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org; ruf=mailto:dmarc@provider.net"));
        cases.of(FindingId.DMARC_RUA_NO_MX)
                .told(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.org", "reports.example.org MX 0 ."));
        cases.of(FindingId.DMARC_FO).repaired(dmarc("v=DMARC1; p=reject; fo=1; rua=mailto:dmarc@example.org"));
        cases.as(Severity.WARNING)
                .with(FindingId.DMARC_RUF)
                .repaired(
                        dmarc("v=DMARC1; p=reject; fo=x; rua=mailto:dmarc@example.org; ruf=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_RUF)
                .told(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org; ruf=mailto:dmarc@example.org"));
    }
}
