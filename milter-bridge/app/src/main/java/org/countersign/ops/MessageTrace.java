package org.countersign.ops;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.countersign.config.Configuration;
import org.countersign.metrics.Meter;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.service.log.EventLog;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceSettings;
import org.countersign.trace.TraceWriter;
import org.countersign.trace.TracedMessage;

/** Passes finished messages to the trace, if the policy file asks for one. */
final class MessageTrace implements AutoCloseable {
    private final Optional<TraceWriter> writer;
    private final InstantSource clock;

    private MessageTrace(Optional<TraceWriter> writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * Starts the trace. Without {@code trace.days} nothing is started, and no message pays for it.
     *
     * @param policyFile the file that the names of other files are relative to
     */
    static MessageTrace start(
            Optional<Path> policyFile, Configuration configuration, InstantSource clock, EventLog log, Meter meter) {
        TraceSettings settings = configuration.extension(TraceSettings.SECTION);
        if (!settings.isOn()) {
            meter.counter(TraceWriter.WRITTEN);
            meter.counter(TraceWriter.LOST);
            meter.gauge(TraceWriter.WAITING, () -> 0);
            return new MessageTrace(Optional.empty(), clock);
        }
        StoreLocation location =
                configuration.extension(StoreSettings.SECTION).location(policyFile.orElse(Path.of("")));
        return new MessageTrace(Optional.of(TraceWriter.start(location, settings, clock, log, meter)), clock);
    }

    /** The sections {@code trace} and {@code store} if they differ: a running trace keeps those it was started with. */
    static List<String> waitingForRestart(Configuration running, Configuration now) {
        List<String> keys = new ArrayList<>();
        if (!running.extension(TraceSettings.SECTION).equals(now.extension(TraceSettings.SECTION))) {
            keys.add("trace");
        }
        if (!running.extension(StoreSettings.SECTION).equals(now.extension(StoreSettings.SECTION))) {
            keys.add("store");
        }
        return keys;
    }

    /** Whether messages are traced. */
    boolean isOn() {
        return writer.isPresent();
    }

    /** A consumer that passes each message to another one, and then to the trace. */
    Consumer<FinishedMessage> after(Consumer<FinishedMessage> other) {
        return writer.map(traced -> other.andThen(message -> traced.accept(traced(message))))
                .orElse(other);
    }

    private TracedMessage traced(FinishedMessage message) {
        Envelope envelope = message.envelope();
        return new TracedMessage(
                clock.instant(),
                message.macros().queueId().or(() -> envelope.macros().queueId()).orElse(""),
                message.messageId().orElse(""),
                message.macros().hostName().orElse(""),
                client(envelope.clientAddress()),
                envelope.clientName(),
                envelope.helo(),
                envelope.mailFrom(),
                message.recipients().first(),
                message.recipients().count(),
                envelope.macros().authenticatedUser().orElse(""),
                message.headerOctets(),
                message.bodyOctets(),
                message.took(),
                message.outcome(),
                message.dns());
    }

    private static Optional<InetAddress> client(ClientAddress address) {
        return address instanceof ClientAddress.Ip ip ? Optional.of(ip.address()) : Optional.empty();
    }

    /** Writes the messages that wait, at most for a few seconds. Call after the last message. */
    @Override
    public void close() {
        writer.ifPresent(TraceWriter::close);
    }
}
