package org.countersign.doctor;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.testing.TestKeys;

/** A domain in order, in which a doctor finds nothing. Tests change it. */
final class ExampleDomain {
    static final DomainName DOMAIN = DomainName.of("example.org");
    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    static final String SENDER = "44.128.1.10";
    static final String KEY = TestKeys.RSA.publicKeyRecord();
    static final String KEY_DATA = KEY.substring(KEY.indexOf("p=") + 2);
    static final String SPF = "example.org TXT v=spf1 ip4:44.128.1.0/24 include:_spf.provider.net -all";
    static final DoctorRequest REQUEST = new DoctorRequest(
            List.of("s1"), List.of(), List.of(), Optional.empty(), List.of(), false, Optional.empty(), NOW);

    // Changes that remove a record.
    static final String NO_SPF = "- example.org TXT";
    static final String NO_KEY = "- s1._domainkey.example.org TXT";
    static final String NO_DMARC = "- _dmarc.example.org TXT";

    private static final PublicSuffixList SUFFIXES = PublicSuffixList.bundled();

    private ExampleDomain() {}

    static TestZone clean() {
        return TestZone.of(SPF + "\n" + """
            example.org MX 10 mail.example.org
            mail.example.org A 44.128.1.10
            mail.example.org TXT v=spf1 a -all
            10.1.128.44.in-addr.arpa PTR mail.example.org
            _spf.provider.net TXT v=spf1 ip4:44.128.2.0/24 -all
            provider.net MX 10 mx.provider.net
            mx.provider.net A 44.128.2.1
            _dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org
            _mta-sts.example.org TXT v=STSv1; id=20261128
            _smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:tls@example.org
            default._bimi.example.org TXT v=BIMI1; l=https://example.org/logo.svg
            """ + "s1._domainkey.example.org TXT " + KEY);
    }

    static Doctor doctor(TestZone zone) {
        return new Doctor(zone, zone, SUFFIXES, PolicyFetch.NONE, InstantSource.fixed(NOW));
    }

    static Examination examine(TestZone zone, DoctorRequest request) {
        Examination examination = doctor(zone).examine(DOMAIN, request);
        List<Finding> all = new ArrayList<>(examination.findings());
        request.own().ifPresent(own -> all.addAll(Doctor.examine(own)));
        return examination.with(all);
    }
}
