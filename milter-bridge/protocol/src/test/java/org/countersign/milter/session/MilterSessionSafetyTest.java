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
import org.countersign.milter.testing.Dialogue;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.milter.wire.ProtocolProblem;
import org.countersign.milter.wire.ReplyText;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MilterSessionSafetyTest {
    private static final MilterReply TEMPFAIL = new MilterReply.TempFail();

    private final RecordingFilter filter = RecordingFilter.accepting();
    private final Dialogue dialogue = new Dialogue(filter);

    @Nested
    class NothingIsAcceptedByAccident {
        @Test
        void whenTheFilterCannotBegin() {
            Dialogue broken = new Dialogue(envelope -> {
                throw new IllegalStateException("no");
            });
            broken.negotiated().say(connect());
            assertThat(broken.say(mail("<>"), recipient("b"), endOfHeaders(), endOfBody("")))
                    .containsExactly(TEMPFAIL);
            assertThat(broken.isOpen()).isTrue();
        }

        @Test
        void whenTheFilterCannotBeginAndTheMailServerWaits() {
            Dialogue broken = new Dialogue(envelope -> {
                throw new IllegalStateException("no");
            });
            broken.negotiated(6, ALL_ACTIONS, 0).say(connect());
            assertThat(broken.say(mail("<>"))).containsExactly(TEMPFAIL);
        }

        @Test
        void whenTheFilterCannotDecide() {
            Dialogue broken = new Dialogue(RecordingFilter.deciding(message -> {
                throw new IllegalStateException("no");
            }));
            broken.negotiated().say(connect());
            assertThat(broken.say(mail("<>"), recipient("b"), endOfBody(""))).containsExactly(TEMPFAIL);
            assertThat(broken.say(mail("<>"), recipient("b"), endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void whenAHeaderFieldComesBehindTheHeader() {
            dialogue.greeted().say(mail("<>"), recipient("b"), endOfHeaders(), header("From", " late"));
            assertThat(dialogue.say(endOfBody(""))).containsExactly(TEMPFAIL);
            assertThat(filter.message().finished).isEmpty();
            assertThat(filter.message().closes).isEqualTo(1);
        }

        @Test
        void whenARecipientComesBehindAHeaderField() {
            dialogue.greeted().say(mail("<>"), recipient("b"), header("From", " a"), recipient("c"));
            assertThat(dialogue.say(endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void whenThereIsNoClient() {
            dialogue.negotiated();
            assertThat(dialogue.say(mail("<>"), recipient("b"), endOfHeaders(), endOfBody("")))
                    .containsExactly(TEMPFAIL);
            assertThat(filter.messages()).isEmpty();
        }

        @Test
        void whenTheClientChangesWithoutAWord() {
            dialogue.greeted().say(mail("<>"), recipient("b"));
            assertThat(dialogue.say(connect())).isEmpty();
            assertThat(dialogue.isOpen()).isFalse();
            dialogue.close();
            assertThat(filter.message().finished).isEmpty();
        }

        @Test
        void whenThereIsNoMessage() {
            assertThat(dialogue.greeted().say(endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void whenAnAddressIsTooLong() {
            dialogue.greeted().say(mail("<" + "a".repeat(9000) + "@b.example>"));
            assertThat(dialogue.say(recipient("b"), endOfBody(""))).containsExactly(TEMPFAIL);
            dialogue.say(mail("<>"), recipient("a".repeat(9000)));
            assertThat(dialogue.say(endOfBody(""))).containsExactly(TEMPFAIL);
        }

        @Test
        void whenAPacketMakesNoSense() {
            dialogue.greeted().say(mail("<>"), recipient("b"));
            assertThat(dialogue.say(new MilterCommand.Malformed('L', ProtocolProblem.MISSING_NUL)))
                    .isEmpty();
            assertThat(dialogue.isOpen()).isFalse();
            dialogue.close();
            assertThat(filter.message().closes).isEqualTo(1);
            assertThat(filter.message().finished).isEmpty();
        }

        @Test
        void whenAPacketMakesNoSenseAndTheMailServerWaits() {
            dialogue.greetedByTheTalkative().say(mail("<>"));
            assertThat(dialogue.say(new MilterCommand.Malformed('R', ProtocolProblem.MISSING_NUL)))
                    .containsExactly(TEMPFAIL);
            assertThat(dialogue.isOpen()).isFalse();
        }

        @Test
        void whenARefusedMessageGoesOn() {
            dialogue.greetedByTheTalkative().say(mail("<>"), recipient("b"), header("A", " b"));
            assertThat(dialogue.say(recipient("late"))).containsExactly(TEMPFAIL);
            assertThat(dialogue.say(header("C", " d"))).containsExactly(TEMPFAIL);
            assertThat(dialogue.say(endOfBody(""))).containsExactly(TEMPFAIL);
            assertThat(filter.message().finished).isEmpty();
        }
    }

    @Nested
    class Limits {
        private final SessionSettings tight = new SessionSettings(Duration.ofSeconds(5), 2, 3, 100, 5);
        private final Dialogue bounded = new Dialogue(filter, tight);

        @Test
        void closeTheConnectionAfterRepeatedErrors() {
            bounded.negotiated().say(connect());
            for (int i = 0; i < 4; i++) {
                bounded.say(endOfHeaders());
                assertThat(bounded.isOpen()).isTrue();
            }
            bounded.say(endOfHeaders());
            assertThat(bounded.isOpen()).isFalse();
        }

        @Test
        void refuseAMessageOfTooManyRecipientsForNow() {
            bounded.negotiated().say(connect(), mail("<>"), recipient("a"), recipient("b"), recipient("c"));
            assertThat(bounded.say(endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(452, "4.5.3", "Too many recipients")));
        }

        @Test
        void refuseOnlyTheRecipientThatIsTooManyWhereAReplyIsDue() {
            bounded.negotiated(6, ALL_ACTIONS, 0).say(connect(), mail("<>"), recipient("a"), recipient("b"));
            assertThat(bounded.say(recipient("c")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(452, "4.5.3", "Too many recipients")));
        }

        @Test
        void refuseAHeaderOfTooManyFields() {
            bounded.negotiated().say(connect(), mail("<>"), recipient("a"));
            bounded.say(header("a", ""), header("a", ""), header("a", ""), header("a", ""));
            assertThat(bounded.say(endOfHeaders(), endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(552, "5.3.4", "Message header too large")));
            assertThat(filter.message().fields).hasSize(3);
        }

        @Test
        void refuseAHeaderThatIsTooLarge() {
            bounded.negotiated().say(connect(), mail("<>"), recipient("a"), header("a", "x".repeat(200)));
            assertThat(bounded.say(endOfHeaders(), endOfBody("")))
                    .containsExactly(new MilterReply.ReplyCode(ReplyText.of(552, "5.3.4", "Message header too large")));
        }
    }
}
