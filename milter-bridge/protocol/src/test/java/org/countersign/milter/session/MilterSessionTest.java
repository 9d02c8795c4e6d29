package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.ALL_PROTOCOL;
import static org.countersign.milter.testing.Commands.body;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.helo;
import static org.countersign.milter.testing.Commands.macros;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.util.List;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolOption;
import org.countersign.milter.wire.ReplyText;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MilterSessionTest {
    private static final MilterReply CONTINUE = new MilterReply.Continue();
    private static final MilterCommand ABORT = new MilterCommand.Abort();
    private static final MilterCommand QUIT = new MilterCommand.Quit();

    private final RecordingFilter filter = RecordingFilter.accepting();
    private final InMemoryConnection connection = new InMemoryConnection(filter);

    @Nested
    class OneMessage {
        @Test
        void reachesTheFilterCompletely() {
            List<MilterReply> replies = connection
                    .connected()
                    .send(
                            mail("<a@sender.example>", "SIZE=100", "BODY=8BITMIME"),
                            recipient("<b@here.example>", "NOTIFY=NEVER"),
                            recipient("c@here.example"),
                            header("From", " a@sender.example"),
                            header("Subject", "\tone\n\ttwo"),
                            endOfHeaders(),
                            body("line one\r"),
                            body("\nline two\r\n"),
                            endOfBody(""));
            assertThat(replies).containsExactly(CONTINUE);
            RecordingFilter.Message message = filter.message();
            assertThat(message.envelope.clientAddress()).isEqualTo(ClientAddress.parseIp("192.0.2.1", 2525));
            assertThat(message.envelope.clientName()).isEqualTo("client.example");
            assertThat(message.envelope.helo()).isEqualTo("client.example");
            assertThat(message.envelope.mailFrom()).isEqualTo("<a@sender.example>");
            assertThat(message.envelope.parameters()).containsExactly("SIZE=100", "BODY=8BITMIME");
            assertThat(message.recipients).containsExactly("b@here.example", "c@here.example");
            assertThat(message.fields.stream().map(field -> field.raw().latin1()))
                    .containsExactly("From: a@sender.example", "Subject:\tone\r\n\ttwo");
            assertThat(message.endsOfHeaders).isEqualTo(1);
            assertThat(message.body()).isEqualTo("line one\r\nline two\r\n");
            assertThat(message.finished).hasSize(1);
            assertThat(message.closes).isEqualTo(1);
        }

        @Test
        void getsAReplyToEachCommandIfNoneIsWaived() {
            connection.connectedWithAllReplies();
            for (MilterCommand command : List.of(
                    mail("<>"),
                    recipient("<b@here.example>"),
                    new MilterCommand.Data(),
                    header("From", " a"),
                    endOfHeaders(),
                    body("x"),
                    endOfBody(""),
                    new MilterCommand.UnknownSmtpCommand(Octets.latin1("XYZZY")))) {
                assertThat(connection.send(command)).as("%s", command).containsExactly(CONTINUE);
            }
            assertThat(connection.send(macros(CommandCode.MAIL), ABORT)).isEmpty();
        }

        @Test
        void getsAReplyOnlyWhereNoneIsWaived() {
            connection.negotiated(6, ALL_ACTIONS, ProtocolOption.NO_REPLY_HEADER.bit());
            connection.send(connect(), mail("<>"), recipient("<b@here.example>"));
            assertThat(connection.send(header("A", " b"))).isEmpty();
            assertThat(connection.send(endOfHeaders())).containsExactly(CONTINUE);
        }

        @Test
        void canHaveALastPieceOfItsBodyAtTheEnd() {
            connection.connected().send(mail("<>"), recipient("b"), endOfHeaders(), body("one "), endOfBody("two"));
            assertThat(filter.message().body()).isEqualTo("one two");
        }

        @Test
        void canBeEmpty() {
            assertThat(connection.connected().send(mail("<>"), recipient("b"), endOfBody("")))
                    .containsExactly(CONTINUE);
            assertThat(filter.message().endsOfHeaders).isEqualTo(1);
            assertThat(filter.message().body()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"<>", "", " ", "< >"})
        void canHaveTheNullSender(String nullSender) {
            connection.connected().send(mail(nullSender));
            assertThat(filter.message().envelope.mailFrom()).isEqualTo(nullSender);
        }

        @Test
        void canHaveAnInternationalizedAddress() {
            connection.connected().send(mail("<j\u00f6rg@stra\u00dfe.example>"), recipient("<\u7528@here.example>"));
            assertThat(filter.message().envelope.mailFrom()).isEqualTo("<j\u00f6rg@stra\u00dfe.example>");
            assertThat(filter.message().recipients).containsExactly("\u7528@here.example");
        }

        @Test
        void ignoresARejectedRecipient() {
            connection.connected().send(mail("<>"), macros(CommandCode.RECIPIENT, "{rcpt_mailer}", "error"));
            connection.send(recipient("<no@here.example>"), recipient("<yes@here.example>"));
            assertThat(filter.message().recipients).containsExactly("yes@here.example");
        }

        @Test
        void getsTheDecisionOfTheFilter() {
            ReplyText text = ReplyText.of(550, "5.7.26", "no");
            InMemoryConnection refusing =
                    new InMemoryConnection(RecordingFilter.deciding(FilterDecision.of(new FilterVerdict.Refuse(text))));
            refusing.negotiated().send(connect());
            assertThat(refusing.send(mail("<>"), recipient("b"), endOfHeaders(), endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(text));
        }
    }

    @Nested
    @DisplayName("SMFIP_HDR_LEADSPC")
    class LeadingSpace {
        @ParameterizedTest
        @CsvSource({"' a', ' a'", "'\ta', '\ta'", "'a', 'a'", "'', ''", "'  a', '  a'"})
        void isKeptIfNegotiated(String sent, String received) {
            connection.connected().send(mail("<>"), recipient("b"), header("X", sent));
            assertThat(filter.message().fields.getFirst().value().latin1()).isEqualTo(received);
        }

        @ParameterizedTest
        @CsvSource({"'a', ' a'", "'\ta', ' \ta'", "'', ' '", "' a', '  a'"})
        void isAddedIfTheMailServerRemovesIt(String sent, String received) {
            connection.negotiated(4, 0x3F, 0x3FF).send(connect(), mail("<>"), recipient("b"), header("X", sent));
            assertThat(filter.message().fields.getFirst().value().latin1()).isEqualTo(received);
        }

        @Test
        void octetsOfNameAndValueAreKept() {
            connection.connected().send(mail("<>"), recipient("b"), header("x-O\u00fcT ", " \u00e9\u0080\u00ff"));
            assertThat(filter.message().fields.getFirst().raw().latin1()).isEqualTo("x-O\u00fcT : \u00e9\u0080\u00ff");
        }
    }

    @Nested
    class SeveralMessages {
        @Test
        void areIndependent() {
            connection
                    .connected()
                    .send(mail("<a@one.example>"), recipient("b"), endOfHeaders(), body("1"), endOfBody(""), ABORT);
            connection.send(mail("<a@two.example>"), recipient("c"), endOfHeaders(), body("2"), endOfBody(""), ABORT);
            assertThat(filter.messages()).hasSize(2);
            assertThat(filter.messages().get(1).recipients).containsExactly("c");
            assertThat(filter.messages().get(1).body()).isEqualTo("2");
            assertThat(filter.messages().get(1).envelope.helo()).isEqualTo("client.example");
        }

        @Test
        void endWithAbort() {
            connection.connected().send(mail("<>"), recipient("b"), header("X", " y"), ABORT, ABORT);
            assertThat(filter.message().closes).isEqualTo(1);
            assertThat(filter.message().finished).isEmpty();
            assertThat(connection.send(mail("<>"), recipient("b"), endOfBody("")))
                    .containsExactly(CONTINUE);
        }

        @Test
        void endWhenTheNextOneBegins() {
            connection.connected().send(mail("<>"), recipient("b"), header("X", " y"), mail("<a@next.example>"));
            assertThat(filter.messages()).hasSize(2);
            assertThat(filter.messages().getFirst().closes).isEqualTo(1);
            assertThat(filter.messages().getFirst().finished).isEmpty();
            assertThat(filter.messages().get(1).fields).isEmpty();
        }

        @Test
        void endWithANewEhlo() {
            connection.connected().send(mail("<>"), recipient("b"), helo("other.example"));
            assertThat(filter.message().closes).isEqualTo(1);
            connection.send(mail("<>"));
            assertThat(filter.messages().get(1).envelope.helo()).isEqualTo("other.example");
        }

        @Test
        void endWithQuit() {
            connection.connected().send(mail("<>"), recipient("b"), endOfHeaders(), QUIT);
            assertThat(connection.isOpen()).isFalse();
            connection.close();
            assertThat(filter.message().closes).isEqualTo(1);
            assertThat(filter.message().finished).isEmpty();
        }

        @Test
        @DisplayName("come from another client after SMFIC_QUIT_NC")
        void comeFromAnotherClient() {
            connection
                    .connected()
                    .send(macros(CommandCode.CONNECT, "{daemon_name}", "old"), mail("<>"), recipient("b"));
            connection.send(new MilterCommand.QuitNewConnection());
            assertThat(filter.message().closes).isEqualTo(1);
            connection.send(
                    new MilterCommand.Connect(Octets.latin1("two.example"), new ClientAddress.Local("/run/x")),
                    mail("<>"));
            Envelope envelope = filter.messages().get(1).envelope;
            assertThat(envelope.clientAddress()).isEqualTo(new ClientAddress.Local("/run/x"));
            assertThat(envelope.helo()).isEmpty();
            assertThat(envelope.macros().byName()).isEmpty();
        }
    }

    @Nested
    class OldMailServers {
        @ParameterizedTest
        @CsvSource({"2, 0x3F, 0x7F", "3, 0x3F, 0x1FF", "4, 0x3F, 0x3FF"})
        void sendAMessage(int version, int actions, int protocol) {
            connection.negotiated(version, actions, protocol);
            assertThat(connection.send(connect())).containsExactly(CONTINUE);
            assertThat(connection.send(helo("a"))).containsExactly(CONTINUE);
            assertThat(connection.send(mail("<>"))).containsExactly(CONTINUE);
            assertThat(connection.send(recipient("b"))).containsExactly(CONTINUE);
            // In version 2 the reply to a header field cannot be waived.
            assertThat(connection.send(header("From", "a"))).hasSize(version == 2 ? 1 : 0);
            assertThat(connection.send(endOfHeaders())).containsExactly(CONTINUE);
            assertThat(connection.send(body("x"))).containsExactly(CONTINUE);
            assertThat(connection.send(endOfBody(""))).containsExactly(CONTINUE);
            assertThat(filter.message().finished).hasSize(1);
        }
    }

    @Test
    void withAllOptionsOfTheNewestVersionThereIsOneReplyPerMessage() {
        connection.negotiated(6, ALL_ACTIONS, ALL_PROTOCOL);
        assertThat(connection.send(
                        connect(), helo("a"), mail("<>"), recipient("b"), header("A", " b"), endOfHeaders(), body("c")))
                .isEmpty();
        assertThat(connection.send(endOfBody(""))).containsExactly(CONTINUE);
    }
}
