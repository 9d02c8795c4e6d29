package org.countersign.james.engine;

import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.james.mail.MailReports;

/** Gives a hook or a mailet its engine until it is closed. Call {@link #get} for each message. */
public interface EngineProvider extends Supplier<CountersignEngine>, AutoCloseable {
    /** Counts messages for DMARC reports and sends reports, if the policy file asks for it. */
    MailReports reports();

    @Override
    void close();

    /** A provider of one engine, which the caller owns. Nothing is counted or sent. */
    static EngineProvider of(CountersignEngine engine) {
        return new EngineProvider() {
            @Override
            public CountersignEngine get() {
                return engine;
            }

            @Override
            public MailReports reports() {
                return MailReports.off();
            }

            @Override
            public void close() {}
        };
    }
}
