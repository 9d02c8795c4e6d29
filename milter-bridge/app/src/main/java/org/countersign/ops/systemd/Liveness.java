package org.countersign.ops.systemd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.countersign.milter.server.MilterServer;
import org.countersign.service.DnsResolver;
import org.countersign.service.PolicySource;

/**
 * Finds out whether the program works, by giving each of its parts something to do. A busy program works: nothing here
 * waits for a connection or a message.
 */
public final class Liveness implements AutoCloseable {
    private final PolicySource policy;
    private final Supplier<DnsResolver> dns;
    private final LongSupplier progress;
    // A virtual thread that reads it needs a carrier thread and the poller of the JDK, as each connection does.
    private final Pipe pipe;
    private final Semaphore read = new Semaphore(0);
    private final Thread reader = Thread.ofVirtual().name("liveness").unstarted(this::readAll);

    private volatile BooleanSupplier accepting = () -> true;
    // Used by the thread that checks.
    private long progressBefore;

    private Liveness(PolicySource policy, Supplier<DnsResolver> dns, LongSupplier progress, Pipe pipe) {
        this.policy = policy;
        this.dns = dns;
        this.progress = progress;
        this.pipe = pipe;
    }

    /**
     * Prepares for checks of a service, before it listens: afterwards its clients may have taken all file descriptors.
     *
     * @param progress a number that changes while connections or messages are served
     * @return for one thread
     */
    public static Liveness open(PolicySource policy, Supplier<DnsResolver> dns, LongSupplier progress) {
        try {
            Liveness liveness = new Liveness(policy, dns, progress, Pipe.open());
            liveness.reader.start();
            return liveness;
        } catch (IOException shortage) {
            throw new UncheckedIOException(shortage);
        }
    }

    /** From now on, checks that the addresses of a server are served. */
    public void listening(MilterServer server) {
        accepting = server::isAccepting;
    }

    private void readAll() {
        ByteBuffer octet = ByteBuffer.allocate(1);
        try {
            while (pipe.source().read(octet.clear()) > 0) {
                read.release();
            }
        } catch (IOException closed) {
            // The end.
        }
    }

    /**
     * Checks all parts.
     *
     * @param timeout how long to wait for each that does not answer at once
     * @return what does not work
     */
    public Optional<String> problem(Duration timeout) throws InterruptedException {
        if (!accepting.getAsBoolean()) {
            return Optional.of("a listening address is not served");
        }
        if (!policy.isWatching()) {
            return Optional.of("changes of the policy file are not noticed");
        }
        if (!runsVirtualThreads(timeout)) {
            return Optional.of("threads do not run");
        }
        if (!dns.get().wire().responds(timeout)) {
            return Optional.of("answers of DNS servers are not read");
        }
        return Optional.empty();
    }

    /**
     * An answer to an earlier check, which came late, also shows that threads run. Under much load other threads may run
     * first for a long time, and then messages are finished.
     */
    private boolean runsVirtualThreads(Duration timeout) throws InterruptedException {
        try {
            pipe.sink().write(ByteBuffer.allocate(1));
        } catch (IOException closed) {
            return false;
        }
        boolean answered = read.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        long before = progressBefore;
        progressBefore = progress.getAsLong();
        return answered || progressBefore != before;
    }

    @Override
    public void close() {
        try {
            pipe.sink().close();
            pipe.source().close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
