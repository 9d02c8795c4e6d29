package org.countersign.james.mailet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundMessage;
import org.countersign.james.relay.Origin;
import org.countersign.james.relay.ReceivedChain;
import org.countersign.james.relay.TrustedHops;
import org.countersign.message.Hop;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/**
 * Passes one message from the spool to the engine. The engine must know the client before the message begins, and the
 * client can be named in the header section. So header fields are held back until the client is known.
 */
final class RelayedMessage implements MessageSink, AutoCloseable {
    // The fields of trusted servers are at the top.
    private static final int MAX_HELD_OCTETS = 256 * 1024;

    private final CountersignEngine engine;
    private final SpooledEnvelope envelope;
    private final Optional<ReceivedChain> chain;
    private final List<HeaderField> held = new ArrayList<>();
    private int heldOctets;
    private Optional<Begun> begun = Optional.empty();

    private record Begun(Origin origin, SmtpTransaction transaction, MessageSession session) {}

    RelayedMessage(CountersignEngine engine, SpooledEnvelope envelope, TrustedHops trusted) {
        this.engine = engine;
        this.envelope = envelope;
        this.chain = envelope.peer().map(peer -> new ReceivedChain(trusted, new Hop(peer, envelope.helo())));
    }

    @Override
    public void header(HeaderField field) {
        if (begun.isPresent()) {
            begun.get().session().header(field);
            return;
        }
        held.add(field);
        heldOctets += field.size();
        chain.ifPresent(received -> received.field(field));
        if (heldOctets > MAX_HELD_OCTETS || chain.flatMap(ReceivedChain::origin).isPresent()) {
            begin();
        }
    }

    @Override
    public void endOfHeaders() {
        begin().session().endOfHeaders();
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        begin().session().body(octets, offset, length);
    }

    MessageOutcome conclude() {
        return begin().session().conclude();
    }

    /** Decides again, for one recipient only. Call it after {@link #conclude}. */
    MessageOutcome.Judged decideFor(MessageOutcome.Judged outcome, String recipient) {
        return begin().session() instanceof InboundMessage inbound
                ? inbound.decideFor(outcome, List.of(recipient))
                : outcome;
    }

    /** The origin of the message. Call it after {@link #endOfHeaders}. */
    Origin origin() {
        return begin().origin();
    }

    /** The transaction that was passed to the engine. */
    SmtpTransaction transaction() {
        return begin().transaction();
    }

    private Begun begin() {
        if (begun.isPresent()) {
            return begun.get();
        }
        Origin origin = chain.map(ReceivedChain::end)
                .orElseGet(() -> new Origin.Unknown("James does not know the address of its client"));
        SmtpTransaction transaction = transaction(origin);
        Begun now = new Begun(origin, transaction, engine.openAccepted(transaction));
        begun = Optional.of(now);
        envelope.recipients().forEach(now.session()::recipient);
        held.forEach(now.session()::header);
        held.clear();
        return now;
    }

    private SmtpTransaction transaction(Origin origin) {
        return switch (origin) {
            case Origin.Unknown unknown -> transaction(new Client.Unknown(), "", envelope.mailFrom(), Optional.empty());
            case Origin.Known(Hop client) -> {
                // Authentication and relaying permission apply to the client of this server only, not to earlier ones.
                boolean direct =
                        envelope.peer().filter(client.address()::equals).isPresent();
                Optional<String> user = direct ? envelope.user() : Optional.empty();
                yield transaction(
                        direct && envelope.relayed() && user.isEmpty()
                                ? new Client.Local()
                                : new Client.Ip(client.address(), ""),
                        client.helo(),
                        envelope.mailFrom(),
                        user);
            }
        };
    }

    private static SmtpTransaction transaction(
            Client client, String helo, ReversePath mailFrom, Optional<String> user) {
        return new SmtpTransaction(client, helo, mailFrom, user, "", "");
    }

    @Override
    public void close() {
        begun.ifPresent(now -> now.session().close());
    }
}
