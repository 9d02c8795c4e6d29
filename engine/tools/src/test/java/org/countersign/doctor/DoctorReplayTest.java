package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsClient;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.dns.authoritative.AuthoritativeRecording;
import org.countersign.dns.authoritative.ReplayedServers;
import org.countersign.dns.replay.DnsRecording;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.dns.replay.ReplayingDnsClient;
import org.countersign.dns.replay.SnapshotSection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A recorded examination gives the same text and JSON again, without a resolver and without authoritative servers. */
class DoctorReplayTest {
    private static final PublicSuffixList SUFFIXES = PublicSuffixList.bundled();

    static List<FindingCase> cases() {
        return FindingCases.ALL;
    }

    private static Examination examine(DnsClient client, AuthoritativeDns servers, FindingCase example) {
        return new Doctor(client, servers, SUFFIXES, PolicyFetch.NONE, InstantSource.fixed(ExampleDomain.NOW))
                .examine(ExampleDomain.DOMAIN, example.request());
    }

    private static String output(Examination examination) {
        return Outputs.text(examination, Outputs.TERMINAL) + Outputs.json(examination);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theReplayIsTheSameOctetForOctet(FindingCase example) {
        TestZone zone = example.zone();
        DnsRecording resolver = new DnsRecording(zone, DnsSnapshot.EMPTY, ExampleDomain.NOW, "192.0.2.53");
        AuthoritativeRecording servers = new AuthoritativeRecording(zone, ExampleDomain.NOW);
        String recorded = output(examine(resolver, servers, example));
        List<SnapshotSection> sections = new ArrayList<>(resolver.snapshot().sections());
        sections.addAll(servers.sections());
        String text = new DnsSnapshot(sections).render();
        DnsSnapshot read =
                DnsSnapshot.parse(text).toOptional().orElseThrow(() -> new AssertionError(DnsSnapshot.parse(text)));
        ReplayingDnsClient client = new ReplayingDnsClient(read);
        assertThat(output(examine(client, new ReplayedServers(read), example))).isEqualTo(recorded);
        assertThat(client.missing()).isEmpty();
        assertThat(read.render()).isEqualTo(text);
    }

    @Test
    void aNameThatWasNotRecordedHasNoServers() {
        assertThat(new ReplayedServers(DnsSnapshot.EMPTY)
                        .query(ExampleDomain.DOMAIN, RecordType.TXT, ExampleDomain.DOMAIN)
                        .problem())
                .isEqualTo("not asked");
    }
}
