package org.countersign.archive;

import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.archive.RecoveredTransaction.Fact;
import org.countersign.archive.RecoveredTransaction.Source;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.message.Hop;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Ascii;

/**
 * Recovers the SMTP transaction of a stored message from its trace fields (RFC 5321 §4.4). A message is written to it as to
 * any sink.
 *
 * <p>Only fields that no stranger can have written are believed. The topmost Received field is one of this site. If its
 * client is one of this site, then that client wrote the field below, and so on. The first client that is not of this
 * site brought the message with all fields below, so these are not read.
 */
public final class TransactionFinder implements MessageSink {
    /** The name of a login that the fields do not name. */
    public static final String UNNAMED_USER = "(unknown)";

    // No site has so many hops. The bounds are for mail that consists of nothing but fields.
    private static final int MAX_HOPS = 25;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_RECIPIENTS = 100;
    private static final List<IpNetwork> PRIVATE = networks(
            "127.0.0.0/8",
            "::1/128",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d MMM yyyy HH:mm[:ss] xx", Locale.ENGLISH);

    private final List<IpNetwork> trusted;
    private final List<HeaderField> fields = new ArrayList<>();
    private int hops;

    /**
     * @param trusted networks of this site, besides the loopback and private networks
     */
    public TransactionFinder(List<IpNetwork> trusted) {
        List<IpNetwork> all = new ArrayList<>(PRIVATE);
        all.addAll(trusted);
        this.trusted = List.copyOf(all);
    }

    private static List<IpNetwork> networks(String... texts) {
        return List.of(texts).stream()
                .map(text -> IpNetwork.parse(text).orElseThrow())
                .toList();
    }

    @Override
    public void header(HeaderField field) {
        boolean received = field.is("Received");
        hops += received ? 1 : 0;
        boolean wanted = (received && hops <= MAX_HOPS)
                || field.is("Return-Path")
                || field.is("Received-SPF")
                || field.is("Delivered-To")
                || field.is("X-Original-To");
        if (wanted && fields.size() < MAX_FIELDS) {
            fields.add(field);
        }
    }

    @Override
    public void endOfHeaders() {
        // The trace fields are in the header section.
    }

    @Override
    public void body(byte[] octets, int offset, int length) {
        // The trace fields are in the header section.
    }

    /** The transaction, after the header section. */
    public RecoveredTransaction find() {
        int above = 0;
        int hop = 0;
        for (HeaderField field : fields) {
            if (field.is("Received")) {
                hop++;
                Optional<Hop> client = ReceivedField.parse(field.value());
                if (client.isEmpty() && !ReceivedField.isOverUnixSocket(field.value())) {
                    return unknown(above, hop, field);
                }
                if (client.isPresent()
                        && (!isTrusted(client.get().address())
                                || ReceivedClauses.of(field).authenticated())) {
                    return found(above, hop, client.get(), ReceivedClauses.of(field));
                }
            }
            above++;
        }
        return new RecoveredTransaction(
                Optional.empty(),
                Optional.empty(),
                mailFrom(above),
                recipients(above),
                Optional.empty(),
                Optional.empty(),
                0,
                hop,
                hop > 0,
                "",
                hop == 0
                        ? "there is no Received field"
                        : "all clients in the Received fields are of this site: " + hop
                                + (hop == 1 ? " field" : " fields"));
    }

    private boolean isTrusted(InetAddress address) {
        return IpNetwork.anyContains(trusted, address);
    }

    /**
     * The transaction of the client that brought the message.
     *
     * @param above how many of the collected fields stand above the one that names the client
     * @param hop the number of that field among the Received fields, counted from 1
     */
    private RecoveredTransaction found(int above, int hop, Hop client, ReceivedClauses clauses) {
        List<String> recipients = recipients(above);
        return new RecoveredTransaction(
                Optional.of(new Fact<>(new Client.Ip(client.address(), clauses.confirmedName()), Source.RECEIVED)),
                Optional.of(new Fact<>(client.helo(), Source.RECEIVED)),
                mailFrom(above),
                recipients.isEmpty() ? clauses.recipient().stream().toList() : recipients,
                clauses.authenticated() ? Optional.of(clauses.user().orElse(UNNAMED_USER)) : Optional.empty(),
                date(clauses.date()),
                hop,
                hop,
                false,
                clauses.server(),
                "");
    }

    /** The transaction below whose field nothing can be believed: the field names no client, or a program of its host. */
    private RecoveredTransaction unknown(int above, int hop, HeaderField field) {
        // Such as: by mail.example.org (Postfix, from userid 1000)
        boolean local = Ascii.lower(unfolded(field)).startsWith("by ");
        ReceivedClauses clauses = ReceivedClauses.of(field);
        return new RecoveredTransaction(
                local ? Optional.of(new Fact<>(new Client.Local(), Source.RECEIVED)) : Optional.empty(),
                Optional.empty(),
                mailFrom(above),
                recipients(above),
                Optional.empty(),
                date(clauses.date()),
                local ? hop : 0,
                hop,
                false,
                clauses.server(),
                local ? "" : "Received field " + hop + " cannot be read, or can be read in two ways");
    }

    /** The reverse-path from the first fields. */
    private Optional<Fact<ReversePath>> mailFrom(int count) {
        for (HeaderField field : fields.subList(0, count)) {
            if (field.is("Return-Path")) {
                return path(unfolded(field)).map(path -> new Fact<>(path, Source.RETURN_PATH));
            }
        }
        for (HeaderField field : fields.subList(0, count)) {
            if (field.is("Received-SPF")) {
                Optional<String> from = ReceivedClauses.pair(unfolded(field), "envelope-from");
                if (from.isPresent()) {
                    return path(from.get()).map(path -> new Fact<>(path, Source.RECEIVED_SPF));
                }
            }
        }
        return Optional.empty();
    }

    /** The reverse-path; empty for a text that is neither an address nor the null reverse-path. */
    private static Optional<ReversePath> path(String text) {
        ReversePath path = ReversePath.parse(text);
        return switch (path) {
            case ReversePath.Null none -> text.equals("<>") || text.isEmpty() ? Optional.of(path) : Optional.empty();
            case ReversePath.Address(String local, String domain) ->
                local.isEmpty() || domain.isEmpty() || (text.indexOf(' ') >= 0 && local.indexOf('"') < 0)
                        ? Optional.empty()
                        : Optional.of(path);
        };
    }

    /** The recipients from the first fields. */
    private List<String> recipients(int count) {
        List<String> recipients = new ArrayList<>();
        for (String name : List.of("X-Original-To", "Delivered-To")) {
            for (HeaderField field : fields.subList(0, count)) {
                String address = unfolded(field);
                boolean plausible = address.indexOf('@') > 0 && address.indexOf(' ') < 0;
                if (field.is(name) && plausible && recipients.size() < MAX_RECIPIENTS) {
                    recipients.add(address);
                }
            }
            if (!recipients.isEmpty()) {
                break;
            }
        }
        return recipients;
    }

    private static String unfolded(HeaderField field) {
        return field.value().utf8().replace("\r\n", "").replace('\t', ' ').strip();
    }

    /** The date of a Received field (RFC 5322 §3.3); empty if it is another text. */
    private static Optional<Instant> date(String text) {
        int comma = text.indexOf(',');
        int comment = text.indexOf('(');
        String date = text.substring(comma + 1, comment > comma ? comment : text.length())
                .strip();
        String numeric = date.replace(" GMT", " +0000").replace(" UT", " +0000").replace("  ", " ");
        try {
            return Optional.of(OffsetDateTime.parse(numeric, DATE).toInstant());
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }
}
