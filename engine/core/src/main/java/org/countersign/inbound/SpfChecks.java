package org.countersign.inbound;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.policy.MessageFacts;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.ReceivedSpf;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfResult;
import org.countersign.spf.SpfVerifier;

/** The SPF checks of one message: of MAIL FROM, and of HELO if there is anything more to check (RFC 7208 §2.3, §2.4). */
final class SpfChecks {
    private static final DomainName UNNAMED_HOST = DomainName.of("localhost");
    // The record of a mail server's name seldom needs more than three.
    private static final int MAX_HELO_QUERIES = 50;

    private final SmtpTransaction transaction;
    private final DomainName receivingHost;
    private final SpfVerifier verifier;
    private final boolean recordsTerms;
    private final Optional<SpfRequest> mailFrom;
    private final Optional<SpfRequest> helo;

    /**
     * @param clock for macros (RFC 7208 §7.2)
     * @param recordsTerms whether the evidence has each term of a record
     */
    SpfChecks(SpfSettings settings, SmtpTransaction transaction, InstantSource clock, boolean recordsTerms) {
        this.recordsTerms = recordsTerms;
        this.transaction = transaction;
        this.receivingHost = DomainName.parse(transaction.receivingHost()).orElse(UNNAMED_HOST);
        this.verifier = new SpfVerifier(settings.limits(), receivingHost, clock);
        if (transaction.client() instanceof Client.Ip(InetAddress address, String unused)) {
            this.mailFrom = Optional.of(SpfRequest.mailFrom(address, transaction.mailFrom(), transaction.helo()));
            this.helo = settings.checkHelo() ? helo(address, transaction) : Optional.empty();
        } else {
            this.mailFrom = Optional.empty();
            this.helo = Optional.empty();
        }
    }

    private static Optional<SpfRequest> helo(InetAddress client, SmtpTransaction transaction) {
        // RFC 7208 §2.4: with a null reverse-path, the check of MAIL FROM is a check of HELO already.
        if (transaction.mailFrom() instanceof ReversePath.Null) {
            return Optional.empty();
        }
        // RFC 7208 §2.3: only a domain name of several labels can be checked.
        return Optional.of(SpfRequest.helo(client, transaction.helo()))
                .filter(request -> request.domain().isPresent());
    }

    /** Starts the check of MAIL FROM. Without a client address its result is known at once (RFC 7208 §4.1). */
    Future<SpfResult> startMailFrom(MessageTasks tasks, MessageLookups lookups) {
        return mailFrom.map(request -> tasks.start("spf", () -> verifier.verify(request, lookups, recordsTerms)))
                .orElseGet(() -> CompletableFuture.completedFuture(
                        SpfVerifier.withoutClient(transaction.mailFrom(), transaction.helo())));
    }

    /**
     * Starts the check of HELO, if there is one. The check has a separate query budget: the client chooses the name, and
     * must not use up the queries that MAIL FROM, DKIM and DMARC need.
     */
    Optional<Future<SpfResult>> startHelo(MessageTasks tasks, MessageLookups lookups) {
        return helo.map(request -> tasks.start(
                "spf-helo",
                () -> verifier.verify(request, lookups.withSeparateBudget(MAX_HELO_QUERIES), recordsTerms)));
    }

    /** The Received-SPF fields, one for each identity checked (RFC 7208 §9.1); none without a client address. */
    List<HeaderField> receivedSpf(MessageFacts facts) {
        List<HeaderField> fields = new ArrayList<>(2);
        mailFrom.ifPresent(request -> fields.add(ReceivedSpf.render(facts.spf(), request, receivingHost)));
        facts.helo()
                .ifPresent(result ->
                        helo.ifPresent(request -> fields.add(ReceivedSpf.render(result, request, receivingHost))));
        return fields;
    }
}
