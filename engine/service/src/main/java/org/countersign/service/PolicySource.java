package org.countersign.service;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.config.FrontEnd;

/** Supplies a running program with its current policy: from a file that is watched, or the defaults. */
public interface PolicySource extends Supplier<CountersignEngine>, AutoCloseable {
    /** How often a file is checked for changes by default. */
    Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

    /** The current policy. */
    LoadedPolicy policy();

    /** Reads the files again at once, whether they have changed or not. The listener receives the result. */
    void reload();

    /** Whether changes of the files would be noticed; true without files. */
    default boolean isWatching() {
        return true;
    }

    /** Stops watching; the engine can still be used. */
    @Override
    void close();

    /** The engine for a message that begins now. */
    @Override
    default CountersignEngine get() {
        return policy().engine();
    }

    /** Receives the result of each reload, on the thread that watches the files. Must not throw. */
    interface Listener {
        /** A new policy has taken effect. */
        void reloaded(LoadedPolicy before, LoadedPolicy now);

        /**
         * The files were refused, and the previous policy stays in effect.
         *
         * @param problems a line for each, with file and line
         */
        void refused(List<String> problems);

        /** A requested reload found that no file has changed. */
        default void unchanged(LoadedPolicy policy) {}

        /** A reload was requested, but there is no policy file. */
        default void withoutFile() {}
    }

    /**
     * Reads a policy file and every file that it names, and begins to watch them.
     *
     * @param interval how often the files are checked
     * @param listener receives the result of each reload
     * @param engineListener receives the findings of the engine
     * @throws FileFailure with one line for each problem; then nothing is watched
     */
    static PolicySource ofFile(
            Path file,
            FrontEnd frontEnd,
            InstantSource clock,
            Duration interval,
            Listener listener,
            EngineListener engineListener)
            throws FileFailure {
        return LiveEngine.start(file, frontEnd, clock, interval, listener, engineListener);
    }

    /**
     * The policy of an empty file, which never changes.
     *
     * @param listener receives each request to reload
     * @param engineListener receives the findings of the engine
     */
    static PolicySource ofDefaults(
            FrontEnd frontEnd, InstantSource clock, Listener listener, EngineListener engineListener) {
        LoadedPolicy policy = PolicyLoader.loadDefaults(frontEnd, clock, engineListener);
        return new PolicySource() {
            @Override
            public LoadedPolicy policy() {
                return policy;
            }

            @Override
            public void reload() {
                listener.withoutFile();
            }

            @Override
            public void close() {
                // Nothing is watched.
            }
        };
    }
}
