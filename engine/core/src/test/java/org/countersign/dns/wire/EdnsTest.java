package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.testing.ManualClock;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

@DisplayName("RFC 6891: EDNS")
class EdnsTest extends WireTestBase {
    /** A server of the time before EDNS: refuses what it cannot read, and sends no OPT record ever. */
    private static ServerFault without(int rcode) {
        return (query, honest, tcp) -> {
            honest.removeAllRecords(Section.ADDITIONAL);
            if (query.getOPT() != null) {
                honest.removeAllRecords(Section.ANSWER);
                honest.removeAllRecords(Section.AUTHORITY);
                honest.getHeader().setRcode(rcode);
            }
            return Optional.of(honest.toWire());
        };
    }

    @Test
    void queriesAnnounceAPayloadSizeOf1232Octets() {
        server.faultForAll((query, honest, tcp) -> {
            assertThat(query.getOPT().getPayloadSize()).isEqualTo(1232);
            return Optional.of(honest.toWire());
        });

        assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.FORMERR, Rcode.NOTIMP})
    void aServerWithoutItIsQueriedWithoutIt(int rcode) {
        server.faultForAll(without(rcode));

        assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
        assertThat(server.queries()).isEqualTo(2);
    }

    @Test
    void aRefusalWithOnlyAHeaderHasTheSameEffect() {
        server.faultForAll((query, honest, tcp) -> {
            if (query.getOPT() == null) {
                return Optional.of(honest.toWire());
            }
            Message bare = new Message(query.getHeader().getID());
            bare.getHeader().setFlag(Flags.QR);
            bare.getHeader().setRcode(Rcode.FORMERR);
            return Optional.of(bare.toWire());
        });

        assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
    }

    @Test
    void aServerWithoutItIsRememberedForFifteenMinutes() {
        ManualClock clock = ManualClock.started();
        server.faultForAll(without(Rcode.FORMERR));
        client = new WireDnsClient(new WireSettings(List.of(server.address()), WireSettings.MAX_TIMEOUT, false), clock);

        lookup(clock);
        lookup(clock);
        assertThat(server.queries()).isEqualTo(3);
        clock.advance(Duration.ofMinutes(15));
        lookup(clock);
        assertThat(server.queries()).isEqualTo(5);
    }

    private void lookup(ManualClock clock) {
        assertThat(client.lookup(
                        DnsQuery.txt(DomainName.of("example.org")),
                        clock.instant().plus(NO_DEADLINE)))
                .isInstanceOf(DnsAnswer.Found.class);
    }

    @Test
    void isStillUsedForAServerThatRefusesBothForms() {
        server.fault("example.org", ServerFault.rcode(Rcode.FORMERR));

        assertThat(txt("example.org")).returns(Failure.REFUSED, WireTestBase::failure);
        server.faultForAll(
                (query, honest, tcp) -> query.getOPT() == null ? Optional.empty() : Optional.of(honest.toWire()));
        assertThat(ask(DnsQuery.a(DomainName.of("host.example.org")))).isInstanceOf(DnsAnswer.Found.class);
    }

    @Test
    void aReplyBeyondTheAnnouncedSizeIsFetchedOverTcp() {
        server.zone(StaticZone.builder().txt("large.example", "y".repeat(3000)).build())
                .faultForAll((query, honest, tcp) -> Optional.of(honest.toWire()));

        assertThat(texts(txt("large.example"))).containsExactly("y".repeat(3000));
        assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false, true);
    }

    @Test
    void aLongReplyOfAServerWithoutItComesOverTcp() {
        server.zone(StaticZone.builder().txt("large.example", "y".repeat(3000)).build())
                .faultForAll((query, honest, tcp) -> {
                    Optional<byte[]> plain = without(Rcode.FORMERR).spoil(query, honest, tcp);
                    return !tcp && query.getOPT() == null ? Optional.of(honest.toWire(512)) : plain;
                });

        // Over TCP the query is the same one, so that it still has no OPT record.
        assertThat(ask(DnsQuery.txt(DomainName.of("large.example")))).isInstanceOf(DnsAnswer.Found.class);
        assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false, false, true);
        assertThat(metrics.total(WireMetrics.UNANSWERED)).isZero();
    }

    @Test
    void aServerThatReportsBadVersionIsQueriedWithoutIt() {
        server.faultForAll((query, honest, tcp) -> {
            if (query.getOPT() != null) {
                honest.removeAllRecords(Section.ANSWER);
                honest.removeAllRecords(Section.ADDITIONAL);
                // RFC 6891 §6.1.3: the upper eight bits of response code 16 are in the OPT record.
                honest.addRecord(new OPTRecord(1232, 1, 0), Section.ADDITIONAL);
            }
            return Optional.of(honest.toWire());
        });

        assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
    }

    @Test
    void badVersionInBothFormsIsTheReportedError() {
        server.faultForAll((query, honest, tcp) -> {
            honest.removeAllRecords(Section.ANSWER);
            honest.removeAllRecords(Section.ADDITIONAL);
            honest.addRecord(new OPTRecord(1232, 1, 0), Section.ADDITIONAL);
            return Optional.of(honest.toWire());
        });

        assertThat(problem(txt("example.org"))).isEqualTo("response code BADVERS");
    }
}
