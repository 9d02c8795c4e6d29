package org.countersign.milter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.countersign.milter.server.MilterServer;
import org.countersign.milter.server.ServerSettings;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ReplyCodec;
import org.countersign.milter.wire.ReplyText;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client with the server, and with filters that violate the protocol. */
@Timeout(240)
class MilterClientTest {
    private static final ListenAddress LOOPBACK = new ListenAddress.Inet("127.0.0.1", 0, false);
    private static final MtaSession SESSION = new MtaSession(
            "client.example",
            ClientAddress.parseIp("2001:db8::25", 2525),
            "helo.example",
            Map.of("j", "mx.example", "daemon_name", "smtpd", "client_addr", "2001:db8::25"));
    private static final MtaMessage MESSAGE = new MtaMessage(
            "a@sender.example",
            List.of("b@here.example"),
            Map.of("i", "4AbCdE", "auth_authen", "jo"),
            List.of(
                    HeaderField.of("Authentication-Results", " one"),
                    HeaderField.of("From", " a@sender.example"),
                    HeaderField.of("authentication-results", "\ttwo"),
                    HeaderField.of("Subject", " one\r\n two"),
                    HeaderField.of("AUTHENTICATION-RESULTS", " three")),
            Octets.latin1("hello\r\n".repeat(20_000)));

    private static FilterOutcome deliver(RecordingFilter filter, MtaOffer offer) throws IOException {
        ServerSettings settings = ServerSettings.listeningOn(List.of(LOOPBACK));
        try (MilterServer server = MilterServer.start(settings, filter);
                MilterClient client = MilterClient.connect(server.addresses().getFirst(), offer)) {
            assertThat(client.greet(SESSION)).isEmpty();
            return client.deliver(MESSAGE);
        }
    }

    private static List<String> raw(List<HeaderField> fields) {
        return fields.stream().map(field -> field.raw().latin1()).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "6, 0x1FF, 0x1FFFFF",
        "6, 0x1FF, 0x100000",
        "6, 0x1FF, 0",
        "4, 0x3F, 0x3FF",
        "3, 0x3F, 0x1FF",
        "2, 0x3F, 0x7F"
    })
    void sendsAMessageWithAnyOffer(int version, int actions, int protocol) throws IOException {
        RecordingFilter filter = RecordingFilter.accepting();
        FilterOutcome outcome = deliver(filter, new MtaOffer(version, actions, protocol));
        assertThat(outcome.isAccepted()).isTrue();
        assertThat(outcome.header()).isEqualTo(MESSAGE.fields());
        RecordingFilter.Message seen = filter.message();
        assertThat(seen.envelope.clientAddress()).isEqualTo(SESSION.clientAddress());
        assertThat(seen.envelope.mailFrom()).isEqualTo("<a@sender.example>");
        assertThat(seen.envelope.macros().hostName()).contains("mx.example");
        assertThat(seen.envelope.macros().authenticatedUser()).contains("jo");
        assertThat(seen.envelope.macros().queueId()).isEmpty();
        assertThat(seen.recipients).containsExactly("b@here.example");
        assertThat(raw(seen.fields)).contains("From: a@sender.example", "Subject: one\r\n two");
        assertThat(seen.body()).isEqualTo(MESSAGE.body().latin1());
        assertThat(seen.finished.getFirst().queueId()).contains("4AbCdE");
    }

    @ParameterizedTest
    @CsvSource({"6, 0x1FF, 0x1FFFFF", "2, 0x3F, 0x7F"})
    void returnsTheHeaderSectionAfterTheEdits(int version, int actions, int protocol) throws IOException {
        String name = "Authentication-Results";
        FilterDecision decision = new FilterDecision(
                new FilterVerdict.Accept(),
                List.of(
                        new HeaderEdit.Remove(name, 1),
                        new HeaderEdit.Remove(name, 2),
                        new HeaderEdit.Remove(name, 3),
                        new HeaderEdit.Prepend(HeaderField.of(name, " mx.example;\r\n\tspf=pass")),
                        new HeaderEdit.Prepend(HeaderField.of("X-Second", " 2"))));
        FilterOutcome outcome = deliver(RecordingFilter.deciding(decision), new MtaOffer(version, actions, protocol));
        assertThat(raw(outcome.header()))
                .containsExactly(
                        "Authentication-Results: mx.example;\r\n\tspf=pass",
                        "X-Second: 2",
                        "From: a@sender.example",
                        "Subject: one\r\n two");
    }

    @Test
    void returnsARejection() throws IOException {
        ReplyText text = ReplyText.of(550, "5.7.26", "100% \u00e9\r\nbad");
        FilterOutcome outcome = deliver(
                RecordingFilter.deciding(FilterDecision.of(new FilterVerdict.Refuse(text))), MtaOffer.ofPostfix());
        assertThat(outcome.verdict()).isEqualTo(new MilterReply.ReplyCode(text));
        assertThat(outcome.isAccepted()).isFalse();
    }

    @Test
    void returnsAQuarantineAndADiscard() throws IOException {
        FilterOutcome held = deliver(
                RecordingFilter.deciding(FilterDecision.of(new FilterVerdict.Quarantine("dmarc"))),
                MtaOffer.ofPostfix());
        assertThat(held.isAccepted()).isTrue();
        assertThat(held.quarantineReason()).contains(Octets.latin1("dmarc"));
        FilterOutcome dropped =
                deliver(RecordingFilter.deciding(FilterDecision.of(new FilterVerdict.Discard())), MtaOffer.ofPostfix());
        assertThat(dropped.verdict()).isEqualTo(new MilterReply.Discard());
    }

    @Test
    void waitsWhileTheFilterMakesProgress() throws IOException {
        ByteArrayOutputStream replies = new ByteArrayOutputStream();
        for (MilterReply reply : List.of(
                new MilterReply.Negotiated(6, 0, 0x1FFFFF, Map.of()),
                new MilterReply.Progress(),
                new MilterReply.Progress(),
                new MilterReply.AddHeader(Octets.latin1("A"), Octets.latin1(" b")),
                new MilterReply.Accept())) {
            replies.writeBytes(ReplyCodec.encode(reply));
        }
        withFilter(replies.toByteArray(), address -> {
            try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
                FilterOutcome outcome = client.deliver(MESSAGE);
                assertThat(outcome.progress()).isEqualTo(2);
                assertThat(outcome.modifications()).hasSize(1);
                assertThat(outcome.header()).endsWith(HeaderField.of("A", " b"));
                return outcome.isAccepted();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void rejectsAModificationBeforeTheEnd() throws IOException {
        ByteArrayOutputStream replies = new ByteArrayOutputStream();
        replies.writeBytes(answering(new MilterReply.Negotiated(6, 0x1FF, 0, Map.of())));
        replies.writeBytes(answering(new MilterReply.AddHeader(Octets.latin1("A"), Octets.latin1(" b"))));
        withFilter(replies.toByteArray(), address -> {
            try (MilterClient client = MilterClient.connect(address, MtaOffer.ofPostfix())) {
                assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> client.greet(SESSION));
                return true;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void rejectsAnInvalidReplyToTheNegotiation() throws IOException {
        expectProtocolError(answering(new MilterReply.Continue()));
        expectProtocolError(answering(new MilterReply.Negotiated(7, 0, 0, Map.of())));
        expectProtocolError(answering(new MilterReply.Negotiated(6, 0x200, 0, Map.of())));
        expectProtocolError(answering(new MilterReply.Negotiated(6, 0, 0x20000000, Map.of())));
        expectProtocolError(new byte[] {0, 0, 0, 0});
        expectProtocolError(new byte[] {0, 0, 0, 1, '!'});
    }

    @Test
    void reportsThatTheFilterClosedTheConnection() throws IOException {
        withFilter(new byte[0], address -> {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> MilterClient.connect(address, MtaOffer.ofPostfix()));
            return true;
        });
    }

    private static byte[] answering(MilterReply reply) {
        return ReplyCodec.encode(reply);
    }

    private static void expectProtocolError(byte[] answer) throws IOException {
        withFilter(answer, address -> {
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> MilterClient.connect(address, MtaOffer.ofPostfix()));
            return true;
        });
    }

    /** A filter that sends one reply to the first packet, and reads the rest unless the reply is empty. */
    private static void withFilter(byte[] answer, Function<ListenAddress, Boolean> test) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(LOOPBACK.resolve())) {
            Thread.ofVirtual().start(() -> {
                try (SocketChannel peer = server.accept()) {
                    peer.read(ByteBuffer.allocate(1000));
                    peer.write(ByteBuffer.wrap(answer));
                    if (answer.length > 0) {
                        Channels.newInputStream(peer).transferTo(OutputStream.nullOutputStream());
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            assertThat(test.apply(new ListenAddress.Inet("127.0.0.1", port, false)))
                    .isTrue();
        }
    }
}
