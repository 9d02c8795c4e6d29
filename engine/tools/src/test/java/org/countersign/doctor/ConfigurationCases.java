package org.countersign.doctor;

import static org.countersign.doctor.ExampleRequest.SIGNING;
import static org.countersign.doctor.ExampleRequest.TABLE;
import static org.countersign.doctor.ExampleRequest.own;
import static org.countersign.doctor.ExampleRequest.signing;

/** Findings about the configuration of this host. */
final class ConfigurationCases {
    private ConfigurationCases() {}

    static void add(FindingCases cases) {
        cases.of(FindingId.DMARC_UNSIGNED_REJECT)
                .asked(own("protect: [example.org]\n"))
                .told();
        cases.of(FindingId.DMARC_READY)
                .asked(own(SIGNING))
                .with(FindingId.DMARC_MONITORING)
                .told(DmarcCases.dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.OWN_ENTRY_UNALIGNED)
                .asked(own(signing("example.net", TABLE.replace("news.example.org", "example.net"))))
                .told();
        cases.of(FindingId.OWN_DOMAIN_UNPROTECTED)
                .asked(own(SIGNING.replace("protect: [example.org, example.net]", "")))
                .told();
        cases.of(FindingId.OWN_AUTHSERV_ID)
                .asked(own(SIGNING + "authserv-id: mx.elsewhere.test\n"))
                .told();
        cases.of(FindingId.OWN_KEY_EXPIRING)
                .asked(own(SIGNING + "      retire-after: 2026-12-05\n"))
                .told();
        cases.of(FindingId.OWN_KEY_PERMS)
                .asked(own(SIGNING, "policy.yaml:5: s1.pem is readable by others: chmod 600."))
                .told();
        cases.of(FindingId.OWN_RESOLVER)
                .asked(own(SIGNING + "dns:\n  servers: [\"9.9.9.9\"]\n"))
                .told();
    }
}
