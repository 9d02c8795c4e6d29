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
import org.countersign.config.FrontEnd;

/**
 * An engine that follows its files. When the policy file, the table file or a key file changes, all of them are read
 * again and the engine is replaced atomically. Messages in progress finish with the engine that they began with. If the
 * new files are invalid, the running engine stays.
 *
 * <p>A change is read after all files have stayed unchanged for one interval, so that a file is not read while it is
 * being written.
 */
final class LiveEngine implements PolicySource {
    private final Path file;
    private final FrontEnd frontEnd;
    private final InstantSource clock;
    private final Duration interval;
    private final Listener listener;
    private final EngineListener engineListener;
    private volatile LoadedPolicy current;
    private final Thread watcher;
    private final Semaphore requests = new Semaphore(0);

    // Used by the watching thread only.
    private Map<Path, FileStamp> known;
    private Optional<Map<Path, FileStamp>> seenLast = Optional.empty();

    private LiveEngine(
            Path file,
            FrontEnd frontEnd,
            InstantSource clock,
            Duration interval,
            Listener listener,
            EngineListener engineListener,
            LoadedPolicy first) {
        this.file = file;
        this.frontEnd = frontEnd;
        this.clock = clock;
        this.interval = interval;
        this.listener = listener;
        this.engineListener = engineListener;
        this.current = first;
        this.known = first.state().stamps();
        // Reading files and keys occupies the carrier of a virtual thread, and messages need the carriers.
        this.watcher = Thread.ofPlatform().daemon().name("policy watch").unstarted(this::watch);
    }

    static LiveEngine start(
            Path file,
            FrontEnd frontEnd,
            InstantSource clock,
            Duration interval,
            Listener listener,
            EngineListener engineListener)
            throws FileFailure {
        LoadedPolicy first = new PolicyLoader(file, frontEnd, clock, engineListener, Optional.empty()).load();
        LiveEngine engine = new LiveEngine(file, frontEnd, clock, interval, listener, engineListener, first);
        engine.watcher.start();
        return engine;
    }

    @Override
    public LoadedPolicy policy() {
        return current;
    }

    @Override
    public void reload() {
        requests.release();
    }

    @Override
    public boolean isWatching() {
        return watcher.isAlive();
    }

    private void watch() {
        boolean requested = false;
        try {
            while (true) {
                if (requests.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                    requests.drainPermits();
                    requested = true;
                }
                if (requested) {
                    // Each request has a result, even if the files change while they are read.
                    requested = !load(true);
                } else {
                    checkFiles();
                }
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    private void checkFiles() {
        Map<Path, FileStamp> now = FileStamp.of(known.keySet());
        if (now.equals(known)) {
            seenLast = Optional.empty();
        } else if (seenLast.filter(now::equals).isPresent()) {
            load(false);
        } else {
            seenLast = Optional.of(now);
        }
    }

    /** Returns false if the files changed while they were read. They are read again when they stay unchanged. */
    private boolean load(boolean requested) {
        LoadedPolicy before = current;
        PolicyLoader loader = new PolicyLoader(file, frontEnd, clock, engineListener, Optional.of(before.state()));
        seenLast = Optional.empty();
        try {
            LoadedPolicy loaded = loader.load();
            if (!loader.isConsistent()) {
                return false;
            }
            known = loader.stamps();
            if (requested && known.equals(before.state().stamps())) {
                listener.unchanged(before);
            } else {
                loaded.engine().memory().setLimit(loaded.configuration().messageMemory());
                current = loaded;
                listener.reloaded(before, loaded);
            }
        } catch (FileFailure failure) {
            if (!loader.isConsistent()) {
                return false;
            }
            refused(loader, failure.lines());
        } catch (RuntimeException error) {
            refused(loader, List.of(file + ": an error in the program itself: " + error));
        }
        return true;
    }

    /** Waits for the next change of any file, whether it is in use or was refused. */
    private void refused(PolicyLoader loader, List<String> problems) {
        Map<Path, FileStamp> tried = loader.stamps();
        Set<Path> all = new HashSet<>(known.keySet());
        all.addAll(tried.keySet());
        Map<Path, FileStamp> next = FileStamp.of(all);
        next.putAll(tried);
        known = Map.copyOf(next);
        listener.refused(problems);
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
