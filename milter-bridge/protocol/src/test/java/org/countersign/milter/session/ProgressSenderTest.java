package org.countersign.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.countersign.milter.testing.InMemoryConnection;
import org.countersign.milter.testing.NanoClock;
import org.countersign.milter.testing.RecordingFilter;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ProgressSenderTest {
    private static final SessionSettings QUICK = new SessionSettings(Duration.ofMillis(1), 100, 100, 100_000, 5);
    private static final List<MilterReply> PROGRESS = List.of(new MilterReply.Progress());

    @Test
    void sendsProgressDuringALongDecision() throws InterruptedException {
        CountDownLatch enough = new CountDownLatch(1);
        InMemoryConnection connection = new InMemoryConnection(
                RecordingFilter.deciding(message -> {
                    await(enough);
                    return new FilterDecision(
                            new FilterVerdict.Accept(), List.of(new HeaderEdit.Prepend(HeaderField.of("A", " b"))));
                }),
                QUICK);
        connection.negotiated().send(connect(), mail("<>"), recipient("b"));
        Thread mailServer = Thread.ofVirtual().start(() -> connection.send(endOfBody("")));
        assertThat(connection.sent().take()).isEqualTo(PROGRESS);
        assertThat(connection.sent().take()).isEqualTo(PROGRESS);
        enough.countDown();
        mailServer.join();
    }

    @Test
    void endsBeforeTheFinalRepliesWhichAreSentTogether() throws InterruptedException {
        CountDownLatch enough = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        List<List<MilterReply>> sent = new CopyOnWriteArrayList<>();
        MessageFilter slow = RecordingFilter.deciding(message -> {
            await(enough);
            return new FilterDecision(
                    new FilterVerdict.Accept(), List.of(new HeaderEdit.Prepend(HeaderField.of("A", " b"))));
        });
        ReplyChannel channel = replies -> {
            sent.add(replies);
            if (replies.equals(PROGRESS)) {
                enough.countDown();
            }
        };
        try (MilterSession session = new MilterSessionFactory(slow, QUICK).open(channel)) {
            Thread.ofVirtual().start(() -> {
                try {
                    session.receive(offer(6, 0x1FF, 0x1FFFFF));
                    session.receive(connect());
                    session.receive(mail("<>"));
                    session.receive(endOfBody(""));
                } catch (IOException e) {
                    throw new AssertionError(e);
                } finally {
                    answered.countDown();
                }
            });
            answered.await();
        }
        assertThat(sent.getLast()).hasSize(2).endsWith(new MilterReply.Continue());
        assertThat(sent.subList(1, sent.size() - 1)).isNotEmpty().containsOnly(PROGRESS);
    }

    @Test
    void sendsNothingIfTheDecisionIsQuick() {
        InMemoryConnection connection = new InMemoryConnection(RecordingFilter.accepting());
        connection.negotiated().send(connect(), mail("<>"), recipient("b"));
        assertThat(connection.send(endOfBody(""))).containsExactly(new MilterReply.Continue());
    }

    /** A filter that blocks in its first message until it is interrupted. */
    private static final class HangingOnce implements MessageFilter {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public MessageTransaction begin(Envelope envelope) {
            return new MessageTransaction() {
                @Override
                public void recipient(String address) {}

                @Override
                public void header(HeaderField field) {}

                @Override
                public void endOfHeaders() {}

                @Override
                public void body(byte[] octets, int offset, int length) {}

                @Override
                public Duration decisionTimeout() {
                    return events.isEmpty() ? Duration.ofMillis(100) : Duration.ofDays(1);
                }

                @Override
                public FilterDecision finish(MacroValues macros) {
                    if (events.isEmpty()) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException givenUp) {
                            events.add("interrupted");
                        }
                    }
                    return FilterDecision.of(new FilterVerdict.Accept());
                }

                @Override
                public void confirm() {
                    events.add("confirmed");
                }

                @Override
                public void close() {
                    events.add("closed");
                }
            };
        }
    }

    @Test
    void defersIfThereIsNoDecisionInTime() {
        HangingOnce filter = new HangingOnce();
        InMemoryConnection connection = new InMemoryConnection(filter, QUICK);
        connection.negotiated().send(connect(), mail("<>"), recipient("b"));
        List<MilterReply> replies = connection.send(endOfBody(""));
        assertThat(replies.getLast())
                .isInstanceOfSatisfying(
                        MilterReply.ReplyCode.class,
                        reply -> assertThat(reply.toString()).contains("451", "4.3.0"));
        assertThat(replies.subList(0, replies.size() - 1)).allMatch(MilterReply.Progress.class::isInstance);
        assertThat(filter.events).containsExactly("interrupted", "closed");

        // The connection still works, and the thread is not interrupted in the next message.
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(connection.send(mail("<>"), recipient("b"), endOfBody(""))).endsWith(new MilterReply.Continue());
        assertThat(filter.events).endsWith("confirmed", "closed");
    }

    @Test
    void sendsProgressUntilItDefers() throws InterruptedException {
        NanoClock clock = new NanoClock();
        List<List<MilterReply>> sent = new CopyOnWriteArrayList<>();
        ProgressSender sender = ProgressSender.start(
                replies -> {
                    sent.add(replies);
                    clock.advance(Duration.ofSeconds(10));
                },
                Duration.ofMillis(1),
                Duration.ofSeconds(30),
                "-",
                clock);
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> new CountDownLatch(1).await());
        sender.stop();
        assertThat(sent).hasSize(4);
        assertThat(sent.subList(0, 3)).containsOnly(PROGRESS);
        assertThat(sent.getLast()).hasOnlyElementsOfType(MilterReply.ReplyCode.class);
        assertThat(sender.hasDeferred()).isTrue();
    }

    @Test
    void endsIfTheConnectionIsClosed() {
        CountDownLatch tried = new CountDownLatch(1);
        ProgressSender pulse = ProgressSender.start(
                replies -> {
                    tried.countDown();
                    throw new IOException("gone");
                },
                Duration.ofMillis(1),
                Duration.ofMinutes(1),
                "-");
        await(tried);
        pulse.stop();
        assertThat(tried.getCount()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
