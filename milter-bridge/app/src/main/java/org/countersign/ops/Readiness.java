package org.countersign.ops;

import java.util.concurrent.atomic.AtomicReference;

/** Whether the service takes new mail. Thread-safe. */
final class Readiness {
    /** The stages of a service, in their order. */
    enum Stage {
        /** The policy is loaded, and the sockets are being opened. */
        STARTING,
        /** All sockets are open, and connections are served. */
        READY,
        /** No new connection is served; messages in progress are finished. */
        STOPPING
    }

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.STARTING);

    Stage stage() {
        return stage.get();
    }

    void ready() {
        stage.set(Stage.READY);
    }

    void stopping() {
        stage.set(Stage.STOPPING);
    }
}
