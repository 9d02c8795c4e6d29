package org.countersign.milter.filter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.CountersignEngine;
import org.countersign.ForgedFields;
import org.countersign.MemoryMeteredSession;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.dns.DnsRecorder;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.FilterDecision;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.smtp.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * One message of an {@link EngineFilter}. If there is no room for it, or an error of this program ends its evaluation,
 * the rest of it is only searched for forged fields, and {@link UnevaluatedDecision} answers.
 */
final class EngineTransaction implements MessageTransaction {
    // The time for verifying and deciding after the engine's deadline for the DNS, before the message is deferred.
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final EngineFilter filter;
    private final Envelope envelope;
    private final DnsRecorder recorder;
    private final Instant begun;
    private final OverloadSettings settings;
    private final List<String> firstRecipients = new ArrayList<>();
    private final List<String> keptNames;
    private List<HeaderField> kept = List.of();
    private int recipients;
    private @Nullable HeaderField messageId;
    private long headerOctets;
    private long bodyOctets;
    private long decisionNanos;
    private Optional<FinishedMessage> concluded = Optional.empty();

    /** The evaluation; null before it begins, and once it has ended without an outcome. */
    private @Nullable MessageSession session;

    /** Null if the message cannot be accepted without an evaluation. */
    private @Nullable ForgedFields forged;

    private @Nullable OverloadBound exceeded;
    private @Nullable Throwable error;
    private boolean confirmed;

    EngineTransaction(EngineFilter filter, Envelope envelope, DnsRecorder recorder) {
        this.filter = filter;
        this.envelope = envelope;
        this.recorder = recorder;
        this.begun = filter.clock().instant();
        this.settings = filter.admission().settings();
        this.keptNames = filter.keptFields();
    }

    /** Begins the evaluation, if there is room. */
    void open() {
        Optional<OverloadBound> bound = filter.admission().enter(settings);
        if (bound.isPresent()) {
            exceeds(bound.get());
        }
        if (exceeded != null && !settings.mayAccept()) {
            return;
        }
        try {
            SmtpTransaction transaction = EngineValues.transaction(envelope);
            CountersignEngine engine = filter.engine().get();
            if (settings.mayAccept()) {
                forged = engine.forgedFields(transaction);
            }
            if (exceeded == null) {
                session = engine.open(transaction, recorder);
            }
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            fail(failure);
        }
    }

    private void exceeds(OverloadBound bound) {
        if (exceeded == null && error == null) {
            exceeded = bound;
            filter.admission().count(bound);
        }
        endEvaluation();
    }

    @Override
    public boolean failed(Throwable failure) {
        fail(failure);
        return true;
    }

    private void fail(Throwable failure) {
        if (error == null) {
            error = failure;
        }
        endEvaluation();
    }

    /** An error while the evaluation is ended adds nothing to the error that is known. */
    private void endEvaluation() {
        MessageSession open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
                error = error == null ? failure : error;
            }
        }
    }

    @Override
    public void recipient(String address) {
        if (recipients < AcceptedRecipients.MAX_KEPT) {
            firstRecipients.add(
                    address.length() <= AcceptedRecipients.MAX_LENGTH
                            ? address
                            : address.substring(0, AcceptedRecipients.MAX_LENGTH));
        }
        recipients++;
        if (session != null) {
            session.recipient(address);
            checkMemory();
        }
    }

    @Override
    public void header(HeaderField field) {
        headerOctets += field.size();
        // First, because the evaluation may fail.
        if (forged != null) {
            forged.add(field);
        }
        if (messageId == null && field.is("Message-ID")) {
            messageId = field.bounded(FinishedMessage.MAX_FIELD);
        }
        if (!keptNames.isEmpty()) {
            keep(field);
        }
        if (session != null) {
            session.header(field);
            checkMemory();
        }
    }

    private void keep(HeaderField field) {
        if (kept.size() < FinishedMessage.MAX_FIELDS && isKept(field)) {
            if (kept.isEmpty()) {
                kept = new ArrayList<>();
            }
            kept.add(field.bounded(FinishedMessage.MAX_FIELD));
        }
    }

    private boolean isKept(HeaderField field) {
        for (String name : keptNames) {
            if (field.is(name)) {
                return true;
            }
        }
        return false;
    }

    private void checkMemory() {
        if (session instanceof MemoryMeteredSession metered && metered.isOverloaded()) {
            exceeds(OverloadBound.MEMORY);
        }
    }

    @Override
    public void endOfHeaders() {
        checkMemory();
        if (session != null) {
            session.endOfHeaders();
        }
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        bodyOctets += length;
        if (session != null) {
            session.body(octets, offset, length);
        }
    }

    @Override
    public boolean isRefused() {
        checkMemory();
        return session == null && action() == DefaultAction.TEMPFAIL;
    }

    /** For a message that is not evaluated. */
    private DefaultAction action() {
        return error == null ? settings.onOverload() : settings.onError();
    }

    @Override
    public FilterDecision finish(MacroValues macros) {
        Instant ended = filter.metrics().isOn() ? filter.clock().instant() : begun;
        MessageOutcome outcome = outcome();
        Instant decided = filter.clock().instant();
        decisionNanos = Duration.between(ended, decided).toNanos();
        concluded = Optional.of(new FinishedMessage(
                envelope,
                macros,
                new AcceptedRecipients(recipients, firstRecipients),
                Optional.ofNullable(messageId),
                headerOctets,
                bodyOctets,
                outcome,
                Duration.between(begun, decided),
                recorder.trace(),
                kept));
        return new FilterDecision(EngineValues.verdict(outcome.decision()), outcome.edits());
    }

    private MessageOutcome outcome() {
        checkMemory();
        if (session != null) {
            try {
                return session.conclude();
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
                if (Thread.currentThread().isInterrupted()) {
                    // The message was abandoned, and nobody waits for its decision.
                    throw failure;
                }
                fail(failure);
            }
        }
        return UnevaluatedDecision.of(
                action(),
                error == null ? Optional.ofNullable(exceeded) : Optional.empty(),
                Optional.ofNullable(forged).flatMap(ForgedFields::removals));
    }

    @Override
    public Duration decisionTimeout() {
        return filter.deadline().get().plus(MARGIN);
    }

    @Override
    public void confirm() {
        confirmed = true;
        if (concluded.isEmpty()) {
            return;
        }
        FinishedMessage message = concluded.get();
        String answer = message.outcome().decision().verdict().keyword();
        if (error != null) {
            filter.errors().write(message.queueId(), answer, error);
        }
        try {
            filter.metrics().count(message.outcome(), message.took().toNanos(), decisionNanos, bodyOctets);
            filter.finished().accept(message);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            // The decision does not depend on what is written about it.
            filter.errors().write(message.queueId(), answer, failure);
        }
    }

    @Override
    public void close() {
        try {
            endEvaluation();
        } finally {
            // Its threads have ended, so that their number is bounded too.
            filter.admission().leave();
        }
        if (error != null && !confirmed) {
            filter.errors().write(envelope.macros().queueId().orElse("-"), "none", error);
        }
    }
}
