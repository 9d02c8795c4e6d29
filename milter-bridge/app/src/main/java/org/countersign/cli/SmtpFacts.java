package org.countersign.cli;

import java.util.Optional;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;
import org.countersign.message.Hop;
import org.countersign.syntax.Escapes;

/**
 * The SMTP transaction that a message is checked with, and where each part of it was found: on the command line, or else
 * in the message.
 *
 * @param client who sent it
 * @param helo what the client said
 * @param mailFrom the reverse-path
 * @param user who has logged in
 * @param daemonName the mail server's service
 */
record SmtpFacts(
        Found<Client> client,
        Found<String> helo,
        Found<ReversePath> mailFrom,
        Optional<String> user,
        String daemonName) {
    /** Where something was found. */
    enum Source {
        OPTION("as given"),
        RECEIVED("from the top Received field"),
        RETURN_PATH("from the Return-Path field"),
        NONE("not given, and not found in the message");

        private final String phrase;

        Source(String phrase) {
            this.phrase = phrase;
        }

        String phrase() {
            return phrase;
        }
    }

    /** A part and where it was found. */
    record Found<T>(T value, Source source) {
        static <T> Found<T> of(Optional<T> given, Optional<T> read, Source source, T none) {
            return given.map(value -> new Found<>(value, Source.OPTION))
                    .or(() -> read.map(value -> new Found<>(value, source)))
                    .orElseGet(() -> new Found<>(none, Source.NONE));
        }
    }

    /** What was given comes before what stands in the message. */
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
                options.daemonName());
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

    /** Where each part was found. */
    Explanation.Group sources() {
        return new Explanation.Group()
                .word("client", client.source())
                .word("helo", helo.source())
                .word("mail-from", mailFrom.source());
    }

    /** One line of text for each part. */
    Explanation.Group lines() {
        return new Explanation.Group()
                .text("client", clientText() + ", " + client.source().phrase())
                .text("helo", shown(helo.value()) + ", " + helo.source().phrase())
                .text("sender", mailFrom.value() + ", " + mailFrom.source().phrase());
    }

    private static String shown(String text) {
        return text.isEmpty() ? "none" : Escapes.printable(text);
    }
}
