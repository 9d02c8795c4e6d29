package org.countersign.dns.wire;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.metrics.MetricRegistry;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/** A client and its server, with common queries and assertions. */
abstract class WireTestBase {
    static final StaticZone ZONE = StaticZone.builder()
            .txt("example.org", "v=spf1 -all")
            .address("host.example.org", "192.0.2.7")
            .address("host.example.org", "2001:db8::7")
            .mx("example.org", 10, "host.example.org")
            .mx("example.org", 20, "backup.example.org")
            .ptr("7.2.0.192.in-addr.arpa", "host.example.org")
            .cname("alias.example.org", "middle.example.org")
            .cname("middle.example.org", "example.org")
            .cname("dangling.example.org", "gone.example.org")
            .cname("loop.example.org", "pool.example.org")
            .cname("pool.example.org", "loop.example.org")
            .build();

    /** A timeout that a test can wait for. What a server sends at once arrives before it, even if the machine stood still. */
    static final Duration LONGER_THAN_A_STALL = Duration.ofSeconds(10);

    /** Longer than all timeouts of a lookup together. */
    static final Duration NO_DEADLINE = Duration.ofMinutes(10);

    final ZoneServer server = ZoneServer.start(ZONE);
    final MetricRegistry metrics = new MetricRegistry();
    WireDnsClient client = client(false);

    WireDnsClient client(boolean trustAuthenticData) {
        return client(server.address(), trustAuthenticData);
    }

    WireDnsClient client(InetSocketAddress address, boolean trustAuthenticData) {
        return client(address, WireSettings.MAX_TIMEOUT, trustAuthenticData);
    }

    /** A client for a server that sends nothing, so that every timeout has the same result. */
    WireDnsClient impatient() {
        return client(server.address(), Duration.ofSeconds(1), false);
    }

    /** A client for a server whose replies do not end the wait. They must arrive before the timeout. */
    WireDnsClient waiting() {
        return client(server.address(), LONGER_THAN_A_STALL, false);
    }

    private WireDnsClient client(InetSocketAddress address, Duration timeout, boolean trustAuthenticData) {
        return new WireDnsClient(
                new WireSettings(List.of(address), timeout, trustAuthenticData), InstantSource.system(), metrics);
    }

    @BeforeEach
    void trustNothing() {
        client = client(false);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    <R extends DnsRecord> DnsAnswer<R> ask(DnsQuery<R> query) {
        return client.lookup(query, Instant.now().plus(NO_DEADLINE));
    }

    DnsAnswer<DnsRecord.Text> txt(String name) {
        return ask(DnsQuery.txt(DomainName.of(name)));
    }

    static <R extends DnsRecord> List<R> records(DnsAnswer<R> answer) {
        if (answer instanceof DnsAnswer.Found<R> found) {
            return found.records();
        }
        throw new AssertionError("no records: " + answer);
    }

    static List<String> texts(DnsAnswer<DnsRecord.Text> answer) {
        return records(answer).stream().map(text -> text.joined().latin1()).toList();
    }

    static String problem(DnsAnswer<?> answer) {
        if (answer instanceof DnsAnswer.BadAnswer<?> bad) {
            return bad.problem();
        }
        throw new AssertionError("no bad answer: " + answer);
    }

    static DnsAnswer.Failure failure(DnsAnswer<?> answer) {
        if (answer instanceof DnsAnswer.Unavailable<?> none) {
            return none.failure();
        }
        throw new AssertionError("an answer: " + answer);
    }

    static Name name(String text) {
        try {
            return new Name(text);
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    void answerSection(String name, Record... records) {
        server.fault(name, ServerFault.altered(message -> {
            message.removeAllRecords(Section.ANSWER);
            message.removeAllRecords(Section.AUTHORITY);
            message.getHeader().setRcode(Rcode.NOERROR);
            for (Record data : records) {
                message.addRecord(data, Section.ANSWER);
            }
        }));
    }
}
