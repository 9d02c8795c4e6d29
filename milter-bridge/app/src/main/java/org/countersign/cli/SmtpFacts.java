package org.countersign.cli;

import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.archive.RecoveredTransaction;
import org.countersign.archive.RecoveredTransaction.Fact;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;
import org.countersign.message.Hop;
import org.countersign.syntax.Escapes;

/**
 * The facts of the SMTP transaction that a message is checked with, and the source of each: the command line, or else
 * the message.
 *
 * @param client the SMTP client
 * @param helo the argument of HELO or EHLO
 * @param mailFrom the reverse-path
 * @param user the authenticated user
 * @param daemonName the daemon name of the mail server's service
 * @param recipients those given, or those that the message names
 * @param hop the number of the Received field that names the client; 0 if none does
 */
record SmtpFacts(
        Found<Client> client,
        Found<String> helo,
        Found<ReversePath> mailFrom,
        Optional<String> user,
        String daemonName,
        List<String> recipients,
        int hop) {
    SmtpFacts {
        recipients = List.copyOf(recipients);
    }

    /** The source of a fact. */
    enum Source {
        OPTION("from the command line"),
        RECEIVED("from the top Received field"),
        RETURN_PATH("from the Return-Path field"),
        RECEIVED_SPF("from the Received-SPF field"),
        NONE("not given, and not in the message");

        private final String phrase;

        Source(String phrase) {
            this.phrase = phrase;
        }

        String phrase() {
            return phrase;
        }
    }

    /** A fact and its source. */
    record Found<T>(T value, Source source) {
        static <T> Found<T> of(Optional<T> given, Optional<T> parsed, Source source, T none) {
            return given.map(value -> new Found<>(value, Source.OPTION))
                    .or(() -> parsed.map(value -> new Found<>(value, source)))
                    .orElseGet(() -> new Found<>(none, Source.NONE));
        }
    }

    /** The options of the command line take precedence over the fields of the message. */
    static SmtpFacts of(CheckOptions options, TraceFields trace) {
        Optional<Hop> hop = trace.hop();
        return new SmtpFacts(
                Found.of(
                        options.client(),
                        hop.map(found -> new Client.Ip(found.address(), "")),
                        Source.RECEIVED,
                        new Client.Unknown()),
                Found.of(options.helo(), hop.map(Hop::helo), Source.RECEIVED, ""),
                Found.of(options.mailFrom(), trace.mailFrom(), Source.RETURN_PATH, new ReversePath.Null()),
                options.user(),
                options.daemonName(),
                options.recipients(),
                hop.isPresent() ? 1 : 0);
    }

    /** The options take precedence over what was recovered from the trace fields. */
    static SmtpFacts of(CheckOptions options, RecoveredTransaction found) {
        return new SmtpFacts(
                found(options.client(), found.client(), new Client.Unknown()),
                found(options.helo(), found.helo(), ""),
                found(options.mailFrom(), found.mailFrom(), new ReversePath.Null()),
                options.user().or(() -> options.client().isPresent() ? Optional.empty() : found.user()),
                options.daemonName(),
                options.recipients().isEmpty() ? found.recipients() : options.recipients(),
                found.hop());
    }

    private static <T> Found<T> found(Optional<T> given, Optional<Fact<T>> recovered, T none) {
        Source source = recovered
                .map(fact -> switch (fact.source()) {
                    case RECEIVED -> Source.RECEIVED;
                    case RETURN_PATH -> Source.RETURN_PATH;
                    case RECEIVED_SPF -> Source.RECEIVED_SPF;
                })
                .orElse(Source.NONE);
        return Found.of(given, recovered.map(Fact::value), source, none);
    }

    SmtpTransaction transaction() {
        return new SmtpTransaction(client.value(), helo.value(), mailFrom.value(), user, daemonName, "");
    }

    String clientText() {
        return switch (client.value()) {
            case Client.Ip ip -> IpNetwork.renderAddress(ip.address());
            case Client.Local local -> "local";
            case Client.Unknown unknown -> "unknown";
        };
    }

    /** The source of each fact, for JSON. */
    Explanation.Group sources() {
        return new Explanation.Group()
                .word("client", client.source())
                .word("helo", helo.source())
                .word("mail-from", mailFrom.source())
                .count("received-field", hop);
    }

    /** Each fact with its source, for text output. */
    Explanation.Group lines() {
        return new Explanation.Group()
                .text("client", clientText() + ", " + phrase(client.source()))
                .text("helo", shown(helo.value()) + ", " + phrase(helo.source()))
                .text("sender", mailFrom.value() + ", " + mailFrom.source().phrase());
    }

    private String phrase(Source source) {
        return source == Source.RECEIVED && hop > 1 ? "from Received field " + hop : source.phrase();
    }

    private static String shown(String text) {
        return text.isEmpty() ? "none" : Escapes.printable(text);
    }
}
