package org.countersign.milter.server;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageFilter;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.smtp.HeaderField;

/** Counts the messages of another filter. */
final class CountingFilter implements MessageFilter {
    private final MessageFilter filter;
    private final ServerMetrics metrics;
    private final LongAdder open = new LongAdder();

    CountingFilter(MessageFilter filter, ServerMetrics metrics) {
        this.filter = filter;
        this.metrics = metrics;
    }

    @Override
    public MessageTransaction begin(Envelope envelope) {
        MessageTransaction transaction = filter.begin(envelope);
        metrics.messages().increment();
        open.increment();
        return new Counted(transaction);
    }

    /** How many messages are open now. */
    long open() {
        return open.sum();
    }

    private final class Counted implements MessageTransaction {
        private final MessageTransaction transaction;

        Counted(MessageTransaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public void recipient(String address) {
            transaction.recipient(address);
        }

        @Override
        public void header(HeaderField field) {
            transaction.header(field);
        }

        @Override
        public void endOfHeaders() {
            transaction.endOfHeaders();
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            transaction.body(octets, offset, length);
        }

        @Override
        public boolean failed(Throwable error) {
            return transaction.failed(error);
        }

        @Override
        public boolean isRefused() {
            return transaction.isRefused();
        }

        @Override
        public FilterDecision finish(MacroValues macros) {
            return transaction.finish(macros);
        }

        @Override
        public Duration decisionTimeout() {
            return transaction.decisionTimeout();
        }

        @Override
        public void confirm() {
            metrics.decidedMessages().increment();
            transaction.confirm();
        }

        @Override
        public void close() {
            open.decrement();
            transaction.close();
        }
    }
}
