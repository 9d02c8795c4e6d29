package org.countersign.james.engine;

import java.util.function.Supplier;
import org.countersign.CountersignEngine;

/** Gives a hook or a mailet its engine until it is closed. Call {@link #get} for each message. */
public interface EngineProvider extends Supplier<CountersignEngine>, AutoCloseable {
    @Override
    void close();

    /** A provider of one engine, which the caller owns. */
    static EngineProvider of(CountersignEngine engine) {
        return new EngineProvider() {
            @Override
            public CountersignEngine get() {
                return engine;
            }

            @Override
            public void close() {}
        };
    }
}
