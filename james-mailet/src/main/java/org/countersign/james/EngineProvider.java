package org.countersign.james;

import java.util.function.Supplier;
import org.countersign.CountersignEngine;

/** Where a hook or a mailet has its engine from, until it closes it. To be asked anew for each message. */
public interface EngineProvider extends Supplier<CountersignEngine>, AutoCloseable {
    @Override
    void close();

    /** Always this engine, which somebody else has built and ends. */
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
