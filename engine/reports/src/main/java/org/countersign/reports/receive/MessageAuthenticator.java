package org.countersign.reports.receive;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.authres.AuthenticationMethod;
import org.countersign.authres.AuthenticationResults;
import org.countersign.authres.AuthenticationResultsParser;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.authres.PropertyType;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.DmarcResult;
import org.countersign.dns.DnsClient;
import org.countersign.domain.DomainName;
import org.countersign.domain.ReversePath;
import org.countersign.inbound.InboundChecks;
import org.countersign.inbound.InboundMessage;
import org.countersign.inbound.InboundSettings;
import org.countersign.keys.SignatureProblem;
import org.countersign.message.AuthorDomain;
import org.countersign.message.Hop;
import org.countersign.policy.MessageFacts;
import org.countersign.reports.receive.Authentication.State;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/**
 * Finds out who sent a report: from the results that our own system added when the message came in, or else by verifying
 * the message now. Gateways change messages, and keys are withdrawn, so the results of that time are the better evidence.
 */
public final class MessageAuthenticator {
    private final InboundSettings settings;
    private final List<String> ids;
    private final List<String> others;
    private final Supplier<DnsClient> dns;
    private final InstantSource clock;

    /**
     * @param settings how to verify a message, and the names of this system
     * @param others further names whose results are believed, such as that of a provider whose mailbox is read
     * @param dns called for a message without results, which is then verified
     */
    public MessageAuthenticator(
            InboundSettings settings, List<String> others, Supplier<DnsClient> dns, InstantSource clock) {
        this.settings = settings;
        this.dns = dns;
        this.clock = clock;
        this.others = List.copyOf(others);
        List<String> names = new ArrayList<>(others);
        if (!settings.authserv().authservId().isEmpty()) {
            names.add(settings.authserv().authservId());
        }
        names.addAll(settings.authserv().aliases());
        this.ids = List.copyOf(names);
    }

    /** Authenticates a message as our mail server has passed it on. */
    Authentication authenticate(byte[] message) {
        MessageHeader header = MessageHeader.of(message);
        // Without a name of our own, the milter uses that of the mail server.
        return recorded(header, ids, ids.isEmpty() ? header.receivingHost() : "")
                .orElseGet(() -> verified(message, header, true));
    }

    /** Authenticates a message that our mail server has passed on unchecked: only results of the others are believed. */
    Authentication authenticateUnchecked(byte[] message) {
        MessageHeader header = MessageHeader.of(message);
        return recorded(header, others, "").orElseGet(() -> verified(message, header, true));
    }

    /** Authenticates a message that was forwarded inside another one: no result in it is from us. */
    Authentication authenticateForwarded(byte[] message) {
        return verified(message, MessageHeader.of(message), false);
    }

    /** Reads what is recorded in a message that was given by hand. Without a result, it is believed. */
    Authentication given(byte[] message) {
        MessageHeader header = MessageHeader.of(message);
        Authentication given = Authentication.given();
        return recorded(header, ids, header.receivingHost())
                .orElseGet(() -> new Authentication(given.state(), author(header), given.detail()));
    }

    private static Optional<DomainName> author(MessageHeader header) {
        return header.author() instanceof AuthorDomain.Single single ? Optional.of(single.domain()) : Optional.empty();
    }

    /**
     * What the topmost Authentication-Results field of this system says about DMARC.
     *
     * @param host one more name of this system, or no text
     */
    private static Optional<Authentication> recorded(MessageHeader header, List<String> ids, String host) {
        Optional<DomainName> author = author(header);
        for (HeaderField field : header.section().all("Authentication-Results")) {
            if (AuthenticationResultsParser.parse(field.value()) instanceof ParsedResults.Parsed parsed
                    && isOneOf(ids, host, parsed.results().authservId())) {
                return dmarc(parsed.results()).map(result -> recorded(result, author));
            }
        }
        return Optional.empty();
    }

    private static boolean isOneOf(List<String> ids, String host, String id) {
        return ids.stream().anyMatch(ours -> Ascii.equalsIgnoreCase(ours, id))
                || (!host.isEmpty() && Ascii.equalsIgnoreCase(host, id));
    }

    private static Optional<MethodResult> dmarc(AuthenticationResults results) {
        return results.of(AuthenticationMethod.DMARC).stream().findFirst();
    }

    private static Authentication recorded(MethodResult result, Optional<DomainName> author) {
        Optional<DomainName> checked =
                result.property(PropertyType.HEADER, "from").flatMap(DomainName::parse);
        boolean same = author.isPresent() && (checked.isEmpty() || checked.equals(author));
        return Authentication.recorded(result.result(), author, same);
    }

    /**
     * @param hop whether the topmost fields tell the SMTP client and its MAIL FROM
     */
    private Authentication verified(byte[] message, MessageHeader header, boolean hop) {
        Optional<DomainName> author = author(header);
        if (author.isEmpty()) {
            return new Authentication(State.NONE, author, "no single author domain");
        }
        Optional<Hop> client = header.hop().filter(found -> hop);
        SmtpTransaction transaction = new SmtpTransaction(
                client.<Client>map(found -> new Client.Ip(found.address(), "")).orElseGet(Client.Unknown::new),
                client.map(Hop::helo).orElse(""),
                hop ? returnPath(header) : new ReversePath.Null(),
                Optional.empty(),
                "",
                "");
        try (InboundMessage session = new InboundMessage(InboundChecks.of(settings, dns.get(), clock), transaction)) {
            MessageHeader.pour(message, session);
            return verified(session.conclude().facts(), author);
        }
    }

    private static ReversePath returnPath(MessageHeader header) {
        String path = header.text("Return-Path").orElse("");
        int begin = path.indexOf('<');
        int end = path.lastIndexOf('>');
        return ReversePath.parse(begin >= 0 && end > begin ? path.substring(begin + 1, end) : path);
    }

    private static Authentication verified(MessageFacts facts, Optional<DomainName> author) {
        if (facts.dmarc().isEmpty()) {
            return new Authentication(State.NONE, author, "no single author domain");
        }
        DmarcResult result = facts.dmarc().get();
        String detail = "dmarc=" + result.keyword() + " now";
        return switch (result) {
            case DmarcResult.Pass pass -> new Authentication(State.PASS, author, detail);
            case DmarcResult.TempError error -> new Authentication(State.UNKNOWN, author, detail);
            case DmarcResult.Fail fail ->
                lacksKey(facts, author.orElseThrow())
                        ? new Authentication(State.UNKNOWN, author, "its key is not in the DNS any more")
                        : new Authentication(State.NONE, author, detail);
            case DmarcResult.None none -> new Authentication(State.NONE, author, "no DMARC record");
            case DmarcResult.PermError error -> new Authentication(State.NONE, author, detail);
        };
    }

    /** Whether a signature of the author's organization may have been good before its key was withdrawn. */
    private static boolean lacksKey(MessageFacts facts, DomainName author) {
        for (DkimResult result : facts.signatures()) {
            boolean gone = result.failure()
                    .filter(failure -> failure.problem() == SignatureProblem.NO_KEY)
                    .isPresent();
            boolean related = result.signature()
                    .sdid()
                    .filter(domain -> domain.isWithin(author) || author.isWithin(domain))
                    .isPresent();
            if (gone && related) {
                return true;
            }
        }
        return false;
    }
}
