package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine that stands still while a query waits for its answer. */
@Timeout(240)
class StandstillTest {
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
    private static final StaticZone ZONE =
            StaticZone.builder().txt("example.org", "v=spf1 -all").build();

    /** Between two looks at this clock, much more time passes than a query may take. */
    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    private final InstantSource clock = () -> now.getAndUpdate(time -> time.plusSeconds(10));
    private final ZoneServer server = ZoneServer.start(ZONE);
    private final WireDnsClient client =
            new WireDnsClient(new WireSettings(List.of(server.address()), Duration.ofSeconds(2), false), clock);

    @AfterEach
    void stop() {
        server.close();
    }

    private DnsAnswer<DnsRecord.Text> ask() {
        return client.lookup(DnsQuery.txt(DomainName.of("example.org")), START.plus(Duration.ofDays(1)));
    }

    @Test
    void anAnswerThatIsReadWhenItsTimeIsOverIsTaken() {
        assertThat(ask()).isInstanceOf(DnsAnswer.Found.class);
    }

    @Test
    void aServerThatStaysSilentHasNotAnswered() {
        server.faultForAll(ServerFault.DROP);
        assertThat(WireTestBase.failure(ask())).isEqualTo(DnsAnswer.Failure.TIMEOUT);
    }
}
