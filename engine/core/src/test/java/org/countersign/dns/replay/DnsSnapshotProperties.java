package org.countersign.dns.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.RecordType;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

class DnsSnapshotProperties {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    /** A query, and the answer of a server at that time. */
    record Exchange(DnsQuery<?> query, DnsAnswer<?> answer) {}

    @Property(tries = 200)
    void aSnapshotThatIsWrittenAndReadIsTheSame(@ForAll("exchanges") List<Exchange> exchanges) {
        DnsSnapshot snapshot = record(exchanges, new ArrayList<>());
        String text = snapshot.render();
        assertThat(text.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
        assertThat(DnsSnapshot.parse(text)).isEqualTo(new Parsed.Value<>(snapshot));
    }

    /** Servers contradict themselves here: the same name has other records, aliases and failures in each answer. */
    @Property(tries = 200)
    void aReplayGivesTheAnswersThatTheRecordingGave(@ForAll("exchanges") List<Exchange> exchanges) {
        List<DnsAnswer<?>> recorded = new ArrayList<>();
        DnsSnapshot snapshot = record(exchanges, recorded);
        ReplayingDnsClient replay = new ReplayingDnsClient(
                DnsSnapshot.parse(snapshot.render()).toOptional().orElseThrow());
        List<DnsAnswer<?>> replayed = new ArrayList<>();
        exchanges.forEach(exchange -> replayed.add(replay.lookup(exchange.query(), NOW)));
        assertThat(replayed).isEqualTo(recorded);
        assertThat(replay.missing()).isEmpty();
    }

    @Property(tries = 200)
    void anyTextIsReadOrHasAMistakeWithItsLine(@ForAll("texts") String text) {
        switch (DnsSnapshot.parse(text)) {
            case Parsed.Value<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot snapshot) ->
                assertThat(DnsSnapshot.parse(snapshot.render())).isEqualTo(new Parsed.Value<>(snapshot));
            case Parsed.Malformed<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot.Mistake mistake) ->
                assertThat(mistake.line())
                        .isBetween(1, (int) text.chars().filter(c -> c == '\n').count() + 1);
        }
    }

    private static DnsSnapshot record(List<Exchange> exchanges, List<DnsAnswer<?>> answers) {
        Iterator<Exchange> next = exchanges.iterator();
        List<Exchange> current = new ArrayList<>();
        DnsClient server = new DnsClient() {
            @SuppressWarnings("unchecked") // The exchange is that of the query.
            @Override
            public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
                return (DnsAnswer<R>) current.getFirst().answer();
            }
        };
        DnsRecording recording = new DnsRecording(server, DnsSnapshot.EMPTY, NOW, "127.0.0.1");
        while (next.hasNext()) {
            current.clear();
            current.add(next.next());
            answers.add(recording.lookup(current.getFirst().query(), NOW));
        }
        assertThat(recording.isComplete()).isTrue();
        return recording.snapshot();
    }

    @Provide
    Arbitrary<List<Exchange>> exchanges() {
        return exchange().list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                                ";!",
                                "nxdomain",
                                "asked",
                                "timeout",
                                "a.example.",
                                " ",
                                "\n",
                                "\r\n",
                                "\t",
                                "IN",
                                "300",
                                "TXT",
                                "A",
                                "MX",
                                "\"",
                                "\\",
                                "\\000",
                                "(",
                                ")",
                                ";",
                                "192.0.2.1",
                                "\u00e4",
                                ".")
                        .list()
                        .ofMaxSize(30)
                        .map(words -> String.join("", words)),
                Arbitraries.strings().ofMaxLength(60));
    }

    private static Arbitrary<Exchange> exchange() {
        return Arbitraries.of(RecordType.class)
                .flatMap(type -> Combinators.combine(names(), answer(type))
                        .as((name, answer) -> new Exchange(new DnsQuery<>(name, type), answer)));
    }

    /** Few names, so that answers are about the same ones; some with special characters. */
    private static Arbitrary<DomainName> names() {
        return Arbitraries.of(
                        "a.example", "b.example", "c.example", "_x.a.example", "a b;\"\\()@$.example", "*.example")
                .map(name -> DomainName.parseQueryName(name).orElseThrow());
    }

    private static Arbitrary<DnsAnswer<DnsRecord>> answer(RecordType type) {
        Arbitrary<AnswerMetadata> metadata = Combinators.combine(
                        Arbitraries.integers().between(0, 5).map(Duration::ofSeconds),
                        names().list().ofMaxSize(2),
                        Arbitraries.of(true, false))
                .as(AnswerMetadata::new);
        Arbitrary<List<DnsRecord>> records =
                data(type).list().ofMinSize(isText(type) ? 1 : 0).ofMaxSize(3);
        return Arbitraries.oneOf(
                Combinators.combine(records, metadata).as((found, meta) -> new DnsAnswer.Found<>(found, meta)),
                metadata.map(DnsAnswer.NoData<DnsRecord>::new),
                metadata.map(DnsAnswer.NoSuchName<DnsRecord>::new),
                Arbitraries.of("", "alias loop at a.example", "12", "\"x\" \\; y")
                        .map(detail -> new DnsAnswer.BadAnswer<>(detail, AnswerMetadata.NONE)),
                Combinators.combine(Arbitraries.of(DnsAnswer.Failure.class), Arbitraries.of("", "SERVFAIL", "12"))
                        .as((failure, detail) -> new DnsAnswer.Unavailable<>(failure, detail, AnswerMetadata.NONE)));
    }

    private static boolean isText(RecordType type) {
        return switch (type) {
            case TXT, A, AAAA -> true;
            case MX, PTR -> false;
        };
    }

    private static Arbitrary<DnsRecord> data(RecordType type) {
        Arbitrary<DomainName> hosts =
                Arbitraries.of("mx1.example", "mx2.example", "odd~name.example").map(DomainName::of);
        return switch (type) {
            case A -> Arbitraries.of("192.0.2.1", "192.0.2.2").map(text -> new DnsRecord.Address(address(text)));
            case AAAA ->
                Arbitraries.of("2001:db8::1", "::ffff:192.0.2.1", "::")
                        .map(text -> new DnsRecord.Address(
                                IpNetwork.parseIpv6(text, 128).orElseThrow().address()));
            case MX ->
                Combinators.combine(Arbitraries.integers().between(0, 0xFFFF), hosts)
                        .as(DnsRecord.MailExchange::new);
            case PTR -> hosts.map(DnsRecord.Pointer::new);
            case TXT ->
                Arbitraries.bytes()
                        .array(byte[].class)
                        .ofMaxSize(255)
                        .map(Octets::wrap)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3)
                        .map(DnsRecord.Text::new);
        };
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }
}
