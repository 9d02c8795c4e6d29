package org.countersign.service;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.countersign.CountersignEngine;
import org.countersign.config.HostSettings;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;

/**
 * An engine that follows its files: when the policy file, the table file or a key file changes, all of them are
 * read anew and the engine is exchanged as a whole. Messages under way end with the engine they began with. As
 * long as anything is wrong with the new files the old engine stays.
 *
 * <p>A change is taken up when the files have stood still for a whole interval, so that a file that is being
 * written is not read half.
 *
 * @param <H> the settings of the host
 */
public final class LiveEngine<H> implements Supplier<CountersignEngine>, AutoCloseable {
    /** How often the files are looked at. */
    public static final Duration USUAL_INTERVAL = Duration.ofSeconds(2);

    private final Path file;
    private final HostSettings<H> host;
    private final InstantSource clock;
    private final Duration interval;
    private final Listener<H> listener;
    private final EngineListener news;
    private volatile LoadedPolicy<H> current;
    private final Thread watcher;
    private final Semaphore requests = new Semaphore(0);

    // Of the watching thread alone.
    private Map<Path, FileStamp> known;
    private Optional<Map<Path, FileStamp>> seenLast = Optional.empty();

    /**
     * Is told what becomes of changed files, by the thread that watches them; must not throw.
     *
     * @param <H> the settings of the host
     */
    public interface Listener<H> {
        /** A new policy is in force. */
        void reloaded(LoadedPolicy<H> before, LoadedPolicy<H> now);

        /**
         * The files were not taken, and the policy before stays in force.
         *
         * @param problems one for each thing that is wrong, with file and line
         */
        void refused(List<String> problems);

        /** The files were read again because {@link LiveEngine#reload} asked for it, and none has changed. */
        default void unchanged(LoadedPolicy<H> policy) {}
    }

    private LiveEngine(
            Path file,
            HostSettings<H> host,
            InstantSource clock,
            Duration interval,
            Listener<H> listener,
            EngineListener news,
            LoadedPolicy<H> first) {
        this.file = file;
        this.host = host;
        this.clock = clock;
        this.interval = interval;
        this.listener = listener;
        this.news = news;
        this.current = first;
        this.known = first.materials().stamps();
        this.watcher = Thread.ofVirtual().name("policy watch").unstarted(this::watch);
    }

    /**
     * Reads a policy file with all that it names, and begins to watch them.
     *
     * @param interval how often to look at the files
     * @param news told what the engine finds while it runs
     * @throws FileFailure with one line for each thing that is wrong; then nothing is watched
     */
    public static <H> LiveEngine<H> start(
            Path file,
            HostSettings<H> host,
            InstantSource clock,
            Duration interval,
            Listener<H> listener,
            EngineListener news)
            throws FileFailure {
        LiveEngine<H> engine = new LiveEngine<>(
                file, host, clock, interval, listener, news, PolicyLoader.load(file, host, clock, news));
        engine.watcher.start();
        return engine;
    }

    /**
     * Like the other one, with only news of keys.
     *
     * @param keyNews told when a key that signs turns out not to be published as it should, and when it is again
     * @throws FileFailure with one line for each thing that is wrong; then nothing is watched
     */
    public static <H> LiveEngine<H> start(
            Path file,
            HostSettings<H> host,
            InstantSource clock,
            Duration interval,
            Listener<H> listener,
            BiConsumer<SigningIdentity, PublishedKey> keyNews)
            throws FileFailure {
        return start(file, host, clock, interval, listener, EngineListener.ofKeys(keyNews));
    }

    /** The engine for a message that begins now. */
    @Override
    public CountersignEngine get() {
        return current.engine();
    }

    /** The policy in force. */
    public LoadedPolicy<H> policy() {
        return current;
    }

    /** Has the files read again at once, changed or not; the listener is told what becomes of it. */
    public void reload() {
        requests.release();
    }

    private void watch() {
        try {
            while (true) {
                if (requests.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                    requests.drainPermits();
                    load(true);
                } else {
                    look();
                }
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    private void look() {
        Map<Path, FileStamp> now = FileStamp.of(known.keySet());
        if (now.equals(known)) {
            seenLast = Optional.empty();
        } else if (seenLast.filter(now::equals).isPresent()) {
            load(false);
        } else {
            seenLast = Optional.of(now);
        }
    }

    private void load(boolean requested) {
        LoadedPolicy<H> before = current;
        PolicyLoader loader = new PolicyLoader(file, news, Optional.of(before.materials()));
        seenLast = Optional.empty();
        try {
            LoadedPolicy<H> loaded = loader.load(host, clock);
            if (loader.isConsistent()) {
                known = loader.stamps();
                if (requested && known.equals(before.materials().stamps())) {
                    listener.unchanged(before);
                } else {
                    loaded.configuration().limits().applyTo(loaded.engine().memory());
                    current = loaded;
                    listener.reloaded(before, loaded);
                }
            }
        } catch (FileFailure failure) {
            if (loader.isConsistent()) {
                refused(loader, failure.lines());
            }
        } catch (RuntimeException fault) {
            refused(loader, List.of(file + ": a fault of the program itself: " + fault));
        }
        // What changed while it was read is read again when it stands still.
    }

    /** Waits for the next change of any file that is in use or that could not be used. */
    private void refused(PolicyLoader loader, List<String> problems) {
        Map<Path, FileStamp> tried = loader.stamps();
        Set<Path> all = new HashSet<>(known.keySet());
        all.addAll(tried.keySet());
        Map<Path, FileStamp> next = FileStamp.of(all);
        next.putAll(tried);
        known = Map.copyOf(next);
        listener.refused(problems);
    }

    /** Stops watching; the engine can still be used. */
    @Override
    public void close() {
        watcher.interrupt();
    }
}
