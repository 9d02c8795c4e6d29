package org.countersign.milter.testing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.FilterVerdict;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/** Records all messages, and decides as the test specifies. */
public final class RecordingFilter implements MessageFilter {
    private final Function<Message, FilterDecision> decision;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final CountDownLatch deciding = new CountDownLatch(1);

    private RecordingFilter(Function<Message, FilterDecision> decision) {
        this.decision = decision;
    }

    public static RecordingFilter accepting() {
        return deciding(FilterDecision.of(new FilterVerdict.Accept()));
    }

    public static RecordingFilter deciding(FilterDecision decision) {
        return deciding(message -> decision);
    }

    public static RecordingFilter deciding(Function<Message, FilterDecision> decision) {
        return new RecordingFilter(decision);
    }

    @Override
    public MessageTransaction begin(Envelope envelope) {
        Message message = new Message(envelope);
        messages.add(message);
        return message;
    }

    public List<Message> messages() {
        return messages;
    }

    /** The only message. */
    public Message message() {
        if (messages.size() != 1) {
            throw new AssertionError("there were " + messages.size() + " messages");
        }
        return messages.getFirst();
    }

    /** Waits until a message is complete, and waits for its decision; the timeout of the test is the limit. */
    public void awaitDecision() throws InterruptedException {
        deciding.await();
    }

    /** One recorded message. */
    public final class Message implements MessageTransaction {
        public final Envelope envelope;
        public final List<String> recipients = new ArrayList<>();
        public final List<HeaderField> fields = new ArrayList<>();
        public final List<MacroValues> finished = new ArrayList<>();
        public final CountDownLatch begunBody = new CountDownLatch(1);
        public final CountDownLatch closed = new CountDownLatch(1);
        public int endsOfHeaders;
        public int closes;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Message(Envelope envelope) {
            this.envelope = envelope;
        }

        @Override
        public void recipient(String address) {
            recipients.add(address);
        }

        @Override
        public void header(HeaderField field) {
            fields.add(field);
        }

        @Override
        public void endOfHeaders() {
            endsOfHeaders++;
            begunBody.countDown();
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            body.write(octets, offset, length);
        }

        @Override
        public FilterDecision finish(MacroValues macros) {
            finished.add(macros);
            deciding.countDown();
            return decision.apply(this);
        }

        @Override
        public void close() {
            closes++;
            closed.countDown();
        }

        public String body() {
            return Octets.wrap(body.toByteArray()).latin1();
        }
    }
}
