package org.countersign.dns.authoritative;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.dns.authoritative.AuthoritativeAnswers.Answer;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.domain.DomainName;
import org.countersign.rotation.FakeAuthority;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;

/** Servers and recordings that have more than one alias (CNAME) at a name, or an alias beside other records. */
@Timeout(60)
class SeveralAliasesTest {
    private static final DomainName ZONE = DomainName.of("zone.example");
    private static final String NAME = "s1._domainkey.zone.example";
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Answer SEVERAL = new Answer.Failed("answers with several aliases (CNAME) of one name");
    private static final Answer TEXT =
            new Answer.Records(List.of(new DnsRecord.Text(List.of(Octets.latin1("v=DKIM1")))), TTL);

    private static Record alias(String target) throws Exception {
        return new CNAMERecord(Name.fromString(NAME + "."), DClass.IN, TTL.toSeconds(), Name.fromString(target));
    }

    private static Record text() throws Exception {
        return new TXTRecord(Name.fromString(NAME + "."), DClass.IN, TTL.toSeconds(), "v=DKIM1");
    }

    private static Answer fromServer(Record... records) throws Exception {
        try (FakeAuthority server = FakeAuthority.start("zone.example", "127.0.0.1", Optional.empty())) {
            server.publish(NAME, List.of(records));
            NameServers servers =
                    new NameServers(List.of(server.address()), InstantSource.system(), new QueryRate(1000));
            return servers.query(DomainName.of(NAME), RecordType.TXT, ZONE)
                    .servers()
                    .getFirst()
                    .best();
        }
    }

    private static Answer fromRecording(Record... records) {
        List<String> lines = new ArrayList<>();
        lines.add(";!asked " + Instant.EPOCH + " ns1.zone.example/192.0.2.53/udp authoritative");
        lines.add("zone.example. 0 IN SOA . . 1 0 0 0 0");
        for (Record data : records) {
            lines.add(data.toString());
        }
        lines.add(";!asked " + Instant.EPOCH + " ns1.zone.example/192.0.2.53/tcp authoritative");
        lines.add("zone.example. 0 IN SOA . . 1 0 0 0 0");
        lines.add(NAME + ". 600 IN TXT \"v=DKIM1\"");
        DnsSnapshot snapshot =
                DnsSnapshot.parse(String.join("\n", lines) + "\n").toOptional().orElseThrow();
        return new ReplayedServers(snapshot)
                .query(DomainName.of(NAME), RecordType.TXT, ZONE)
                .servers()
                .getFirst()
                .overUdp();
    }

    @Test
    void severalAliasesAreNoAnswer() throws Exception {
        Record[] records = {alias("a.example."), alias("b.example.")};
        assertThat(fromServer(records)).isEqualTo(SEVERAL);
        assertThat(fromRecording(records)).isEqualTo(SEVERAL);
    }

    @Test
    void anAliasThatIsRepeatedIsOneAlias() throws Exception {
        Record[] records = {alias("a.example."), alias("A.example.")};
        Answer one = new Answer.Alias(DomainName.of("a.example"), TTL);
        assertThat(fromServer(records)).isEqualTo(one);
        assertThat(fromRecording(records)).isEqualTo(one);
    }

    @Test
    void recordsOfTheTypeCountBeforeAnAliasInAnyOrder() throws Exception {
        Record[] records = {alias("a.example."), text()};
        assertThat(fromServer(records)).isEqualTo(TEXT);
        assertThat(fromServer(text(), alias("a.example."))).isEqualTo(TEXT);
        assertThat(fromRecording(records)).isEqualTo(TEXT);
    }
}
