package org.countersign.james;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.AuthenticationOutcome;
import org.countersign.Client;
import org.countersign.CountersignEngine;
import org.countersign.InboundMessage;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.domain.ReversePath;
import org.countersign.james.relay.Origin;
import org.countersign.james.relay.ReceivedChain;
import org.countersign.james.relay.TrustedHops;
import org.countersign.message.Hop;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/**
 * One message on its way from the spool into the engine. Who sent it may stand in its header, so the engine is told of
 * it only when enough of that has come by.
 */
final class RelayedMail implements MessageSink, AutoCloseable {
    // The fields of trusted servers stand on top.
    private static final int MAX_OCTETS_BEFORE = 256 * 1024;

    private final CountersignEngine engine;
    private final SpooledEnvelope delivery;
    private final Optional<ReceivedChain> walk;
    private final List<HeaderField> waiting = new ArrayList<>();
    private int waitingOctets;
    private Optional<Begun> begun = Optional.empty();

    private record Begun(Origin origin, SmtpTransaction transaction, MessageSession flow) {}

    RelayedMail(CountersignEngine engine, SpooledEnvelope delivery, TrustedHops trusted) {
        this.engine = engine;
        this.delivery = delivery;
        this.walk = delivery.peer().map(peer -> new ReceivedChain(trusted, new Hop(peer, delivery.helo())));
    }

    @Override
    public void header(HeaderField field) {
        if (begun.isPresent()) {
            begun.get().flow().header(field);
            return;
        }
        waiting.add(field);
        waitingOctets += field.size();
        walk.ifPresent(down -> down.field(field));
        if (waitingOctets > MAX_OCTETS_BEFORE
                || walk.flatMap(ReceivedChain::origin).isPresent()) {
            begin();
        }
    }

    @Override
    public void endOfHeaders() {
        begin().flow().endOfHeaders();
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        begin().flow().body(octets, offset, length);
    }

    MessageOutcome conclude() {
        return begin().flow().conclude();
    }

    /** Decides once more, for one recipient alone; to be asked once the message is concluded. */
    AuthenticationOutcome decideFor(AuthenticationOutcome concluded, String recipient) {
        return begin().flow() instanceof InboundMessage incoming
                ? incoming.decideFor(concluded, List.of(recipient))
                : concluded;
    }

    /** Where the message came from; to be asked once its header section has ended. */
    Origin origin() {
        return begin().origin();
    }

    /** What the engine was told. */
    SmtpTransaction transaction() {
        return begin().transaction();
    }

    private Begun begin() {
        if (begun.isPresent()) {
            return begun.get();
        }
        Origin origin = walk.map(ReceivedChain::end)
                .orElseGet(() -> new Origin.Unknown("James does not know the address of its client"));
        SmtpTransaction transaction = transaction(origin);
        Begun now = new Begun(origin, transaction, engine.openAccepted(transaction));
        begun = Optional.of(now);
        delivery.recipients().forEach(now.flow()::recipient);
        waiting.forEach(now.flow()::header);
        waiting.clear();
        return now;
    }

    private SmtpTransaction transaction(Origin origin) {
        return switch (origin) {
            case Origin.Unknown unknown -> transaction(new Client.Unknown(), "", delivery.mailFrom(), Optional.empty());
            case Origin.Known(Hop client) -> {
                // Who logged in, or is relayed for, is the client of this server and of no other.
                boolean direct =
                        delivery.peer().filter(client.address()::equals).isPresent();
                Optional<String> user = direct ? delivery.user() : Optional.empty();
                yield transaction(
                        direct && delivery.relayed() && user.isEmpty()
                                ? new Client.Local()
                                : new Client.Ip(client.address(), ""),
                        client.helo(),
                        delivery.mailFrom(),
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
        begun.ifPresent(now -> now.flow().close());
    }
}
