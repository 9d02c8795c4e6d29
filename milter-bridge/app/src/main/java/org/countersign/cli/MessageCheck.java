package org.countersign.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.countersign.CountersignEngine;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.TrafficRules.Direction;
import org.countersign.archive.StoredMessage;
import org.countersign.archive.TransactionFinder;
import org.countersign.config.Configuration;
import org.countersign.dns.DnsRecorder;
import org.countersign.dns.DnsTrace;
import org.countersign.inbound.InboundMessage;
import org.countersign.message.AuthorDomain;
import org.countersign.service.EngineFactory;
import org.countersign.signing.SigningPolicy;
import org.countersign.syntax.Octets;
import org.jspecify.annotations.Nullable;

/** Checks messages with one engine. Opening is for one thread; evaluating what was opened may be done by any. */
final class MessageCheck {
    private final CheckOptions options;
    private final Configuration settings;
    private final CheckDns dns;
    private final CountersignEngine inbound;
    private final SigningSource signing;
    private @Nullable CountersignEngine outbound;

    /** Where the choice of keys comes from. */
    interface SigningSource {
        Optional<SigningPolicy> read() throws CommandFailure;

        /** The policy file and the files that it names. */
        static SigningSource of(Optional<Path> policyFile, Configuration settings) {
            return () -> policyFile.isPresent()
                    ? Optional.of(PolicyFiles.readSigning(policyFile.get(), settings))
                    : Optional.empty();
        }
    }

    /**
     * @param signing reads which keys sign outbound mail; called for the first outbound message, and empty if there are
     *     none to be read
     */
    MessageCheck(CheckOptions options, Configuration settings, SigningSource signing, CheckDns dns) {
        this.options = options;
        this.signing = signing;
        this.settings = settings;
        this.dns = dns;
        this.inbound = engine(SigningPolicy.NOTHING);
    }

    private CountersignEngine engine(SigningPolicy signing) {
        return EngineFactory.engine(settings, signing, dns.client(), dns.clock(), (identity, published) -> {});
    }

    /**
     * A message, and the engine that is to evaluate it.
     *
     * @param smtp the transaction to check it with
     */
    record Opened(CountersignEngine engine, Octets content, SmtpFacts smtp) {
        /** Evaluates the message. */
        Checked evaluate(CheckDns dns) {
            DnsRecorder recorder = DnsRecorder.of(dns.clock());
            try (MessageSession flow = engine.openAccepted(smtp.transaction(), recorder)) {
                smtp.recipients().forEach(flow::recipient);
                StoredMessage.pour(content, flow);
                MessageOutcome conclusion = flow.conclude();
                MessageOutcome outcome =
                        flow instanceof InboundMessage mail && conclusion instanceof MessageOutcome.Judged judged
                                ? judged.withLookups(mail.awaitLookups())
                                : conclusion;
                return new Checked(outcome, recorder.trace(), smtp);
            }
        }
    }

    /** A message with its outcome and its DNS queries. */
    record Checked(MessageOutcome outcome, DnsTrace dns, SmtpFacts smtp) {}

    /** The facts of the transaction: those of the options, or else those of the fields of the message. */
    SmtpFacts facts(Octets content, boolean walked) {
        if (walked) {
            TransactionFinder finder = new TransactionFinder(options.trusted());
            StoredMessage.pour(content, finder);
            return SmtpFacts.of(options, finder.find());
        }
        TraceFields trace = new TraceFields();
        StoredMessage.pour(content, trace);
        return SmtpFacts.of(options, trace);
    }

    /** Reads the keys for outbound mail only, so that a user without access to them can check inbound mail. */
    Opened open(Octets content, SmtpFacts smtp) throws CommandFailure {
        return new Opened(direction(smtp.transaction()) == Direction.OUTBOUND ? outbound() : inbound, content, smtp);
    }

    Direction direction(SmtpTransaction transaction) {
        return settings.traffic().direction(transaction);
    }

    private CountersignEngine outbound() throws CommandFailure {
        CountersignEngine engine = outbound;
        if (engine == null) {
            engine = signing.read().map(this::engine).orElse(inbound);
            outbound = engine;
        }
        return engine;
    }

    /** The author of an outcome, for a table; empty if there is none. */
    static Optional<String> author(MessageOutcome outcome) {
        return switch (outcome) {
            case MessageOutcome.Judged judged -> author(judged.facts().author());
            case MessageOutcome.Signed signed -> author(signed.author());
            case MessageOutcome.PassedThrough untouched -> Optional.empty();
            case MessageOutcome.Unevaluated unread -> Optional.empty();
        };
    }

    private static Optional<String> author(AuthorDomain author) {
        return author instanceof AuthorDomain.Single single
                ? Optional.of(single.domain().toString())
                : Optional.empty();
    }
}
