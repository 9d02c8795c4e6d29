package org.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.milter.filter.EngineFilter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.Packet;
import org.countersign.milter.wire.PacketReader;
import org.countersign.outbound.OutboundChecks;
import org.countersign.outbound.OutboundMessage;
import org.countersign.outbound.OutboundSettings;
import org.countersign.policy.Mode;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningSelector;
import org.junit.jupiter.api.Test;

/**
 * The walk of one message in {@code docs/architecture.md}, from its packets to the reply, without a socket and without a
 * network.
 */
class WalkTest {
    private static final Pattern ITEM = Pattern.compile("(?m)^\\d+\\. (.*(?:\\n   .*)*)");
    private static final Pattern STOP = Pattern.compile("`((?:engine|milter-bridge)/\\.\\.\\./[A-Za-z/]+\\.java)`");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");
    private static final int MAX_STOPS = 8;
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));
    private static final StaticZone ZONE = StaticZone.builder()
            .txt("bank.example", "v=spf1 ip4:192.0.2.0/24 -all")
            .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
            .build();

    private final List<FinishedMessage> finished = new ArrayList<>();
    /** The source files of the stack, outermost first, each time that the engine reads the clock or makes a DNS query. */
    private final Queue<List<String>> stacks = new ConcurrentLinkedQueue<>();

    @Test
    void aForgedMessageWalksFromItsPacketsToItsRefusal() throws IOException {
        List<MilterReply> replies = walk();
        assertThat(replies)
                .singleElement()
                .isInstanceOfSatisfying(
                        MilterReply.ReplyCode.class,
                        reply -> assertThat(reply.text().render().latin1())
                                .startsWith("550 5.7.26 Email rejected per DMARC policy for bank.example"));
        assertThat(finished)
                .singleElement()
                .satisfies(message -> assertThat(message.outcome())
                        .isInstanceOfSatisfying(MessageOutcome.Judged.class, outcome -> {
                            assertThat(outcome.decision().rule()).isEqualTo("dmarc-reject");
                            assertThat(outcome.lookups()).isNotEmpty();
                        }));
    }

    @Test
    void theWalkHasAtMostEightStopsAndEachIsAnotherFile() throws IOException {
        List<String> stops = stops();
        assertThat(stops).hasSizeBetween(1, MAX_STOPS).doesNotHaveDuplicates();
        for (String stop : stops) {
            assertThat(Files.exists(file(stop))).as(stop).isTrue();
        }
    }

    @Test
    void noStopRefersToAnEarlierOne() throws IOException {
        List<String> stops = stops();
        for (int later = 1; later < stops.size(); later++) {
            String code =
                    COMMENT.matcher(Files.readString(file(stops.get(later)))).replaceAll("");
            Set<String> words = new HashSet<>(List.of(code.split("\\W+", -1)));
            for (String earlier : stops.subList(0, later)) {
                assertThat(words).as(stops.get(later)).doesNotContain(typeOf(earlier));
            }
        }
    }

    @Test
    void aMessageVisitsEachStopOnceAndInOrder() throws IOException {
        walk();
        List<String> stops = stops().stream().map(WalkTest::typeOf).toList();
        Set<String> visited = new HashSet<>();
        for (List<String> stack : stacks) {
            List<Integer> visits = stops(stack, stops);
            assertThat(visits).as("%s", stack).isSorted().doesNotHaveDuplicates();
            visits.forEach(visit -> visited.add(stops.get(visit)));
        }
        // The first two have returned when the engine is called, and the last one reads no clock and makes no query.
        assertThat(visited).containsExactlyInAnyOrderElementsOf(stops.subList(2, stops.size() - 1));
    }

    /** The numbers of the stops on a stack; a stop counts again only after another one. */
    private static List<Integer> stops(List<String> stack, List<String> stops) {
        List<Integer> visits = new ArrayList<>();
        for (String type : stack) {
            int stop = stops.indexOf(type);
            if (stop >= 0 && (visits.isEmpty() || visits.get(visits.size() - 1) != stop)) {
                visits.add(stop);
            }
        }
        return visits;
    }

    /** The files that the numbered list of the walk names, one for each item. */
    private static List<String> stops() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/architecture.md"));
        int begin = text.indexOf("## A message from socket to verdict");
        String section = text.substring(begin, text.indexOf("\n## ", begin));
        List<String> stops = new ArrayList<>();
        Matcher items = ITEM.matcher(section);
        while (items.find()) {
            List<String> files = STOP.matcher(items.group(1))
                    .results()
                    .map(stop -> stop.group(1))
                    .toList();
            assertThat(files).as(items.group(1)).hasSize(1);
            stops.addAll(files);
        }
        assertThat(STOP.matcher(section).results().count()).isEqualTo(stops.size());
        return stops;
    }

    private static Path file(String stop) throws IOException {
        String end = stop.substring(stop.indexOf("...") + 3);
        try (Stream<Path> files = Files.walk(ROOT.resolve(stop.substring(0, stop.indexOf('/'))))) {
            List<Path> found = files.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(end))
                    .toList();
            assertThat(found).as(stop).hasSize(1);
            return found.get(0);
        }
    }

    private static String typeOf(String stop) {
        return stop.substring(stop.lastIndexOf('/') + 1, stop.length() - ".java".length());
    }

    private List<MilterReply> walk() throws IOException {
        try (InMemoryConnection session = new InMemoryConnection(filter())) {
            session.negotiated();
            return session.send(packets(
                    Commands.connect(),
                    Commands.helo("mail.forger.example"),
                    Commands.mail("<x@forger.example>"),
                    Commands.recipient("<ada@home.example>"),
                    Commands.macros(CommandCode.END_OF_BODY, "i", "4XYZ"),
                    Commands.header("From", " ceo@bank.example"),
                    Commands.endOfHeaders(),
                    Commands.body("Pay at once.\r\n"),
                    Commands.endOfBody("")));
        }
    }

    /** Encodes each command as the mail server would send it, and decodes it from one stream. */
    private static MilterCommand[] packets(MilterCommand... commands) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (MilterCommand command : commands) {
            stream.writeBytes(CommandCodec.encode(command));
        }
        PacketReader reader = new PacketReader(Channels.newChannel(new ByteArrayInputStream(stream.toByteArray())));
        List<MilterCommand> read = new ArrayList<>();
        while (reader.next() instanceof Packet.Frame frame) {
            read.add(CommandCodec.decode(frame));
        }
        return read.toArray(MilterCommand[]::new);
    }

    private EngineFilter filter() {
        InstantSource clock = () -> {
            recordStack();
            return Instant.now();
        };
        InboundSettings settings = InboundSettings.DEFAULT.withMode(Mode.ENFORCE);
        OutboundChecks outbound = OutboundChecks.of(
                OutboundSettings.matching(settings),
                TrafficRules.DEFAULT,
                SigningSelector.unmonitored(SigningPolicy.NOTHING),
                clock);
        CountersignEngine engine = new CountersignEngine(
                TrafficRules.DEFAULT,
                InboundMessage.factory(InboundChecks.of(settings, new RecordingDns(), clock)),
                OutboundMessage.factory(outbound));
        return new EngineFilter(engine, finished::add, clock);
    }

    private void recordStack() {
        List<String> types = new ArrayList<>(StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .map(name -> name.substring(name.lastIndexOf('.') + 1).split("\\$", -1)[0])
                        .toList()));
        Collections.reverse(types);
        stacks.add(types);
    }

    private final class RecordingDns implements DnsClient {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query, Instant deadline) {
            recordStack();
            return ZONE.lookup(query, deadline);
        }
    }
}
