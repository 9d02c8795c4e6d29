package org.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

/** The walk of {@code docs/architecture.md}, from a packet to a verdict, without a socket and without a network. */
class WalkTest {
    private static final Pattern STOP = Pattern.compile("`((?:engine|milter-bridge)/\\.\\.\\./[A-Za-z/]+\\.java)`");
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse(".."));

    private final List<FinishedMessage> finished = new ArrayList<>();

    @Test
    void aForgedMessageWalksFromItsPacketsToItsRefusal() throws IOException {
        StaticZone zone = StaticZone.builder()
                .txt("bank.example", "v=spf1 ip4:192.0.2.0/24 -all")
                .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
                .build();
        try (InMemoryConnection session = new InMemoryConnection(filter(zone))) {
            session.negotiated();
            List<MilterReply> replies = session.send(packets(
                    Commands.connect(),
                    Commands.helo("mail.forger.example"),
                    Commands.mail("<x@forger.example>"),
                    Commands.recipient("<ada@home.example>"),
                    Commands.macros(CommandCode.END_OF_BODY, "i", "4XYZ"),
                    Commands.header("From", " ceo@bank.example"),
                    Commands.endOfHeaders(),
                    Commands.body("Pay at once.\r\n"),
                    Commands.endOfBody("")));
            assertThat(replies)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            MilterReply.ReplyCode.class,
                            reply -> assertThat(reply.text().render().latin1())
                                    .startsWith("550 5.7.26 Email rejected per DMARC policy for bank.example"));
        }
        assertThat(finished)
                .singleElement()
                .satisfies(message -> assertThat(message.outcome())
                        .isInstanceOfSatisfying(MessageOutcome.Judged.class, outcome -> {
                            assertThat(outcome.decision().rule()).isEqualTo("dmarc-reject");
                            assertThat(outcome.lookups()).isNotEmpty();
                        }));
    }

    @Test
    void everyStopOfTheWalkIsAFileThatIsThere() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/architecture.md"));
        Matcher stops = STOP.matcher(text);
        int found = 0;
        while (stops.find()) {
            found++;
            String stop = stops.group(1);
            String end = stop.substring(stop.indexOf("...") + 4);
            try (Stream<Path> files = Files.walk(ROOT.resolve(stop.substring(0, stop.indexOf('/'))))) {
                assertThat(files.filter(file -> file.toString().contains("/src/main/java/"))
                                .filter(file -> file.toString().endsWith("/" + end)))
                        .as(stop)
                        .hasSize(1);
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(8);
    }

    /** Each command as the mail server would send it, cut from one stream and read again. */
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

    private EngineFilter filter(StaticZone zone) {
        InstantSource clock = InstantSource.system();
        InboundChecks checks = InboundChecks.of(InboundSettings.DEFAULT.withMode(Mode.ENFORCE), zone, clock);
        OutboundChecks signer = OutboundChecks.of(
                OutboundSettings.DEFAULT,
                TrafficRules.DEFAULT,
                SigningSelector.unguarded(SigningPolicy.NOTHING),
                clock);
        return new EngineFilter(
                new CountersignEngine(
                        TrafficRules.DEFAULT, InboundMessage.factory(checks), OutboundMessage.factory(signer)),
                finished::add,
                clock);
    }
}
