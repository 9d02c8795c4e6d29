package org.countersign.milter.filter;

import java.time.InstantSource;
import org.countersign.CountersignEngine;
import org.countersign.ForgedFields;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.MessageSessionFactory;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MemoryBudget;

/** A message whose evaluation fails at one stage, if its sender is the attacker. */
final class FailingSession implements MessageSession {
    static final String ATTACKER = "attacker@client.example";
    static final String HOST = "mx.receiver.example";

    /** Where the evaluation fails. */
    enum Stage {
        BEGIN,
        RECIPIENT,
        HEADER,
        END_OF_HEADERS,
        BODY,
        CONCLUDE,
        /** After the rest of the message has been dropped, too. */
        BODY_AND_CLOSE
    }

    /** What is thrown. */
    enum Failure {
        EXCEPTION,
        STACK_OVERFLOW,
        MISSING_CLASS,
        ASSERTION;

        void fail() {
            switch (this) {
                case EXCEPTION -> throw new IllegalStateException("injected");
                case STACK_OVERFLOW -> recurse(0);
                case MISSING_CLASS -> throw new NoClassDefFoundError("injected");
                case ASSERTION -> throw new AssertionError("injected");
            }
        }

        @SuppressWarnings("InfiniteRecursion")
        private static int recurse(int depth) {
            return recurse(depth + 1) + 1;
        }
    }

    private final MessageSession session;
    private final Stage stage;
    private final Failure failure;

    private FailingSession(MessageSession session, Stage stage, Failure failure) {
        this.session = session;
        this.stage = stage;
        this.failure = failure;
    }

    /** An engine that fails for the attacker. */
    static CountersignEngine engine(Stage stage, Failure failure, MemoryBudget memory) {
        MessageSessionFactory inbound = InboundMessage.factory(InboundChecks.of(
                InboundSettings.DEFAULT.withAuthservId(HOST),
                StaticZone.builder().build(),
                InstantSource.system()));
        MessageSessionFactory failing = new MessageSessionFactory() {
            @Override
            public MessageSession open(
                    SmtpTransaction transaction, MessageLookups.AnswerMemory answerMemory, DnsRecorder recorder) {
                MessageSession session = inbound.open(transaction, answerMemory, recorder);
                if (!transaction.mailFrom().toString().contains(ATTACKER)) {
                    return session;
                }
                FailingSession spoiled = new FailingSession(session, stage, failure);
                spoiled.failAt(Stage.BEGIN);
                return spoiled;
            }

            @Override
            public ForgedFields forgedFields(SmtpTransaction transaction) {
                return inbound.forgedFields(transaction);
            }
        };
        return new CountersignEngine(TrafficRules.DEFAULT, failing, failing, memory);
    }

    private void failAt(Stage reached) {
        if (stage == reached || (stage == Stage.BODY_AND_CLOSE && reached == Stage.BODY)) {
            failure.fail();
        }
    }

    @Override
    public void recipient(String address) {
        failAt(Stage.RECIPIENT);
        session.recipient(address);
    }

    @Override
    public void header(HeaderField field) {
        failAt(Stage.HEADER);
        session.header(field);
    }

    @Override
    public void endOfHeaders() {
        failAt(Stage.END_OF_HEADERS);
        session.endOfHeaders();
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        failAt(Stage.BODY);
        session.body(octets, offset, length);
    }

    @Override
    public MessageOutcome conclude() {
        failAt(Stage.CONCLUDE);
        return session.conclude();
    }

    @Override
    public void close() {
        session.close();
        if (stage == Stage.BODY_AND_CLOSE) {
            failure.fail();
        }
    }
}
