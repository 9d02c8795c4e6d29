package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.ALL_ACTIONS;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.recipient;

import java.time.Duration;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolProblem;
import org.countersign.milter.wire.ReplyText;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MilterSessionSafetyTest {
    private static final MilterReply TEMPFAIL = new MilterReply.TempFail();

    private final RecordingFilter filter = RecordingFilter.accepting();
    private final InMemoryConnection connection = new InMemoryConnection(filter);

    @Nested
    class NothingIsAcceptedBecauseOfAnError {
        @Test
        void ifTheFilterFailsToBegin() {
            InMemoryConnection broken = new InMemoryConnection(envelope -> {
                throw new IllegalStateException("no");
            });
            broken.negotiated().send(connect());
            assertThat(broken.send(mail("<>"), recipient("b"), endOfHeaders(), endOfBody("")))
                    .containsExactly(TEMPFAIL);
            assertThat(broken.isOpen()).isTrue();
        }

        @Test
        void ifTheFilterFailsToBeginAndTheMailServerWaits() {
            InMemoryConnection broken = new InMemoryConnection(envelope -> {
                throw new IllegalStateException("no");
            });
            broken.negotiated(6, ALL_ACTIONS, 0).send(connect());
            assertThat(broken.send(mail("<>"))).containsExactly(TEMPFAIL);
        }

        @Test
        void ifTheFilterFailsToDecide() {
            InMemoryConnection broken = new InMemoryConnection(RecordingFilter.deciding(message -> {
                throw new IllegalStateException("no");
            }));
            broken.negotiated().send(connect());
            assertThat(broken.send(mail("<>"), recipient("b"), endOfBody(""))).containsExactly(TEMPFAIL);
            assertThat(broken.send(mail("<>"), recipient("b"), endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void ifAHeaderFieldFollowsTheHeaderSection() {
            connection.connected().send(mail("<>"), recipient("b"), endOfHeaders(), header("From", " late"));
            assertThat(connection.send(endOfBody(""))).containsExactly(TEMPFAIL);
            assertThat(filter.message().finished).isEmpty();
            assertThat(filter.message().closes).isEqualTo(1);
        }

        @Test
        void ifARecipientFollowsAHeaderField() {
            connection.connected().send(mail("<>"), recipient("b"), header("From", " a"), recipient("c"));
            assertThat(connection.send(endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void ifThereIsNoClient() {
            connection.negotiated();
            assertThat(connection.send(mail("<>"), recipient("b"), endOfHeaders(), endOfBody("")))
                    .containsExactly(TEMPFAIL);
            assertThat(filter.messages()).isEmpty();
        }

        @Test
        void ifTheClientChangesWithoutNotice() {
            connection.connected().send(mail("<>"), recipient("b"));
            assertThat(connection.send(connect())).isEmpty();
            assertThat(connection.isOpen()).isFalse();
            connection.close();
            assertThat(filter.message().finished).isEmpty();
        }

        @Test
        void ifThereIsNoMessage() {
            assertThat(connection.connected().send(endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void ifAnAddressIsTooLong() {
            connection.connected().send(mail("<" + "a".repeat(9000) + "@b.example>"));
            assertThat(connection.send(recipient("b"), endOfBody(""))).containsExactly(TEMPFAIL);
            connection.send(mail("<>"), recipient("a".repeat(9000)));
            assertThat(connection.send(endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void ifAPacketIsMalformed() {
            connection.connected().send(mail("<>"), recipient("b"));
            assertThat(connection.send(new MilterCommand.Malformed('L', ProtocolProblem.MISSING_NUL)))
                    .isEmpty();
            assertThat(connection.isOpen()).isFalse();
            connection.close();
            assertThat(filter.message().closes).isEqualTo(1);
            assertThat(filter.message().finished).isEmpty();
        }

        @Test
        void ifAPacketIsMalformedAndTheMailServerWaits() {
            connection.connectedWithAllReplies().send(mail("<>"));
            assertThat(connection.send(new MilterCommand.Malformed('R', ProtocolProblem.MISSING_NUL)))
                    .containsExactly(TEMPFAIL);
            assertThat(connection.isOpen()).isFalse();
        }

        @Test
        void ifARefusedMessageContinues() {
            connection.connectedWithAllReplies().send(mail("<>"), recipient("b"), header("A", " b"));
            assertThat(connection.send(recipient("late"))).containsExactly(TEMPFAIL);
            assertThat(connection.send(header("C", " d"))).containsExactly(TEMPFAIL);
            assertThat(connection.send(endOfBody(""))).containsExactly(TEMPFAIL);
            assertThat(filter.message().finished).isEmpty();
        }
    }

    @Nested
    class Limits {
        private final SessionSettings tight = new SessionSettings(Duration.ofDays(1), 2, 3, 100, 5);
        private final InMemoryConnection bounded = new InMemoryConnection(filter, tight);

        @Test
        void keepTheNamesOfAClientShort() {
            Octets name = Octets.latin1("n".repeat(100_000));
            bounded.negotiated()
                    .send(
                            new MilterCommand.Connect(name, new ClientAddress.Local("p".repeat(100_000))),
                            new MilterCommand.Helo(name),
                            mail("<>"));
            Envelope envelope = filter.message().envelope;
            assertThat(envelope.clientName()).isEqualTo("n".repeat(1024));
            assertThat(envelope.helo()).isEqualTo("n".repeat(1024));
            assertThat(envelope.clientAddress()).isEqualTo(new ClientAddress.Local("p".repeat(1024)));
        }

        @Test
        void closeTheConnectionAfterRepeatedErrors() {
            bounded.negotiated().send(connect());
            for (int i = 0; i < 4; i++) {
                bounded.send(endOfHeaders());
                assertThat(bounded.isOpen()).isTrue();
            }
            bounded.send(endOfHeaders());
            assertThat(bounded.isOpen()).isFalse();
        }

        @Test
        void deferAMessageWithTooManyRecipients() {
            bounded.negotiated().send(connect(), mail("<>"), recipient("a"), recipient("b"), recipient("c"));
            assertThat(bounded.send(endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(452, "4.5.3", "Too many recipients")));
        }

        @Test
        void deferOnlyTheExcessRecipientIfAReplyIsExpected() {
            bounded.negotiated(6, ALL_ACTIONS, 0).send(connect(), mail("<>"), recipient("a"), recipient("b"));
            assertThat(bounded.send(recipient("c")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(452, "4.5.3", "Too many recipients")));
        }

        @Test
        void rejectTooManyHeaderFields() {
            bounded.negotiated().send(connect(), mail("<>"), recipient("a"));
            bounded.send(header("a", ""), header("a", ""), header("a", ""), header("a", ""));
            assertThat(bounded.send(endOfHeaders(), endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(552, "5.3.4", "Message header too large")));
            assertThat(filter.message().fields).hasSize(3);
        }

        @Test
        void rejectAHeaderSectionThatIsTooLarge() {
            bounded.negotiated().send(connect(), mail("<>"), recipient("a"), header("a", "x".repeat(200)));
            assertThat(bounded.send(endOfHeaders(), endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(552, "5.3.4", "Message header too large")));
        }
    }
}
