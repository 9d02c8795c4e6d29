package org.countersign.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.countersign.syntax.Octets;

class CodecProperties {
    @Property(tries = 2000)
    void everyCommandDecodesToItself(@ForAll("commands") MilterCommand command) throws IOException {
        assertThat(CommandCodec.decode(frame(CommandCodec.encode(command)))).isEqualTo(command);
    }

    @Property(tries = 2000)
    void everyReplyDecodesToItself(@ForAll("replies") MilterReply reply) throws IOException {
        assertThat(ReplyCodec.decode(frame(ReplyCodec.encode(reply)))).isEqualTo(reply);
    }

    @Property(tries = 5000)
    void anyOctetsDecodeToACommandAndToAReply(@ForAll("codes") int code, @ForAll("wireData") byte[] data) {
        assertThat(CommandCodec.decode(new Packet.Frame(code, ByteBuffer.wrap(data))))
                .isNotNull();
        assertThat(ReplyCodec.decode(new Packet.Frame(code, ByteBuffer.wrap(data))))
                .isNotNull();
    }

    @Property(tries = 2000)
    void anyTextBecomesAReplyThatParses(@ForAll String text) {
        ReplyText reply = ReplyText.of(550, "5.7.1", text);
        assertThat(ReplyText.parse(reply.render())).contains(reply);
        assertThat(reply.render().isAscii()).isTrue();
        assertThat(reply.render().indexOf(0, 0)).isNegative();
    }

    @Property(tries = 2000)
    void anyReplyThatParsesRendersTheSame(@ForAll("replyLike") String text) {
        Optional<ReplyText> parsed = ReplyText.parse(Octets.latin1(text));
        parsed.ifPresent(reply -> assertThat(reply.render().latin1()).isEqualTo(text));
    }

    @Property(tries = 500)
    void packetsAreReadCompletely(
            @ForAll @Size(max = 20) List<@Size(max = 300) byte[]> bodies, @ForAll("steps") int step)
            throws IOException {
        PacketBuilder out = new PacketBuilder();
        bodies.forEach(body -> CommandCodec.encode(new MilterCommand.Body(ByteBuffer.wrap(body)), out));
        PacketReader reader = new PacketReader(new ShortReadChannel(out.toByteArray(), step));
        for (byte[] body : bodies) {
            Packet.Frame frame = (Packet.Frame) reader.next();
            assertThat(CommandCodec.decode(frame)).isEqualTo(new MilterCommand.Body(ByteBuffer.wrap(body)));
        }
        assertThat(reader.next()).isEqualTo(new Packet.End(false));
    }

    @Property(tries = 500)
    void partsOfAPacketAreItsDataInOrder(
            @ForAll @Size(max = 8) List<@Size(max = 30_000) byte[]> bodies, @ForAll("steps") int step)
            throws IOException {
        PacketBuilder out = new PacketBuilder();
        bodies.forEach(body -> CommandCodec.encode(new MilterCommand.Body(ByteBuffer.wrap(body)), out));
        PacketReader reader = new PacketReader(
                new ShortReadChannel(out.toByteArray(), step),
                PacketReader.BufferMemory.UNLIMITED,
                CommandCodec::hasBody);
        for (byte[] body : bodies) {
            ByteBuffer data = ByteBuffer.allocate(body.length);
            Packet packet = reader.next();
            while (packet instanceof Packet.Part(ByteBuffer part)) {
                data.put(part);
                packet = reader.next();
            }
            data.put(((Packet.Frame) packet).data());
            assertThat(data.array()).isEqualTo(body);
            assertThat(data.hasRemaining()).isFalse();
        }
        assertThat(reader.next()).isEqualTo(new Packet.End(false));
    }

    private static Packet.Frame frame(byte[] octets) throws IOException {
        return (Packet.Frame) new PacketReader(Channels.newChannel(new ByteArrayInputStream(octets))).next();
    }

    @Provide
    Arbitrary<Integer> steps() {
        return Arbitraries.of(1, 2, 3, 7, 1000, 100_000);
    }

    @Provide
    Arbitrary<Integer> codes() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 255),
                Arbitraries.of(CommandCode.values()).map(CommandCode::octet),
                Arbitraries.of(ReplyKind.values()).map(ReplyKind::octet));
    }

    /** Octets that resemble packets. */
    @Provide
    Arbitrary<byte[]> wireData() {
        Arbitrary<Byte> octets = Arbitraries.oneOf(
                Arbitraries.bytes(), Arbitraries.of((byte) 0, (byte) '4', (byte) '5', (byte) '.', (byte) ' '));
        return octets.array(byte[].class).ofMaxSize(80);
    }

    @Provide
    Arbitrary<String> replyLike() {
        return Arbitraries.of("550", "-", " ", "5.7.1", "4.7.1", "450", "text", "%", "%%", "\r\n", "\n", "\0", "\u00e9")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    private static Arbitrary<Octets> texts() {
        return Arbitraries.oneOf(
                        Arbitraries.bytes().filter(octet -> octet != 0), Arbitraries.of((byte) ' ', (byte) '\n'))
                .array(byte[].class)
                .ofMaxSize(40)
                .map(Octets::wrap);
    }

    private static Arbitrary<ByteBuffer> data() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(ByteBuffer::wrap);
    }

    private static Arbitrary<ClientAddress> addresses() {
        return Arbitraries.oneOf(
                Arbitraries.just(new ClientAddress.Unknown()),
                Arbitraries.just(new ClientAddress.Unusable()),
                Arbitraries.strings().alpha().map(ClientAddress.Local::new),
                Combinators.combine(
                                Arbitraries.of("192.0.2.1", "2001:db8::1", "::"),
                                Arbitraries.integers().between(0, 65_535))
                        .as(ClientAddress::parseIp));
    }

    @Provide
    Arbitrary<MilterCommand> commands() {
        Arbitrary<List<Octets>> lists = texts().list().ofMaxSize(4);
        return Arbitraries.oneOf(List.of(
                Combinators.combine(Arbitraries.integers(), Arbitraries.integers(), Arbitraries.integers())
                        .as(MilterCommand.OptionNegotiation::new),
                Combinators.combine(
                                Arbitraries.integers().between(0, 255),
                                Combinators.combine(texts(), texts())
                                        .as(MilterCommand.Macro::new)
                                        .list()
                                        .ofMaxSize(4))
                        .as(MilterCommand.Macros::new),
                Combinators.combine(texts(), addresses()).as(MilterCommand.Connect::new),
                texts().map(MilterCommand.Helo::new),
                Combinators.combine(texts(), lists).as(MilterCommand.Mail::new),
                Combinators.combine(texts(), lists).as(MilterCommand.Recipient::new),
                Combinators.combine(texts(), texts()).as(MilterCommand.Header::new),
                data().map(MilterCommand.Body::new),
                data().map(MilterCommand.EndOfBody::new),
                texts().map(MilterCommand.UnknownSmtpCommand::new),
                Arbitraries.of(
                        new MilterCommand.Data(),
                        new MilterCommand.EndOfHeaders(),
                        new MilterCommand.Abort(),
                        new MilterCommand.Quit(),
                        new MilterCommand.QuitNewConnection())));
    }

    @Provide
    Arbitrary<MilterReply> replies() {
        return Arbitraries.oneOf(List.of(
                Combinators.combine(Arbitraries.integers(), texts(), texts()).as(MilterReply.InsertHeader::new),
                Combinators.combine(Arbitraries.integers(), texts(), texts()).as(MilterReply.ChangeHeader::new),
                Combinators.combine(texts(), texts()).as(MilterReply.AddHeader::new),
                texts().map(MilterReply.Quarantine::new),
                Arbitraries.strings().map(text -> new MilterReply.ReplyCode(ReplyText.of(451, "4.7.1", text))),
                Combinators.combine(Arbitraries.integers(), Arbitraries.integers(), Arbitraries.integers())
                        .as((version, actions, protocol) -> new MilterReply.Negotiated(
                                version,
                                actions,
                                protocol,
                                Map.of(MacroStage.HELO, List.of(), MacroStage.MAIL, List.of("i", "{mail_addr}")))),
                Arbitraries.of(
                        new MilterReply.Continue(),
                        new MilterReply.Accept(),
                        new MilterReply.Reject(),
                        new MilterReply.TempFail(),
                        new MilterReply.Discard(),
                        new MilterReply.Skip(),
                        new MilterReply.Progress())));
    }
}
