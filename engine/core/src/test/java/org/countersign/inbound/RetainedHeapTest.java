package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.countersign.Client;
import org.countersign.SmtpTransaction;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.ManualClock;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The memory of a message that waits for the DNS: at most four times the octets of its header section and 256 KiB, for
 * any header section.
 */
@Isolated
@Timeout(600)
class RetainedHeapTest {
    private static final int CONSTANT = 256 << 10;
    private static final int FACTOR = 4;
    private static final int MAX_FIELD = 99_000;

    /** Never answers. */
    private static final DnsClient SILENT = new DnsClient() {
        @Override
        public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question, Instant deadline) {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException givenUp) {
                Thread.currentThread().interrupt();
            }
            return new DnsAnswer.Unavailable<>(DnsAnswer.Failure.DEADLINE, AnswerMetadata.NONE);
        }
    };

    record Shape(String name, int copies, List<String> fields) {
        @Override
        public String toString() {
            return name;
        }

        long octets() {
            return fields.stream().mapToLong(field -> field.length() + 2).sum();
        }
    }

    private static Shape shape(String name, int fields, IntFunction<String> field) {
        List<String> all =
                new ArrayList<>(IntStream.range(0, fields).mapToObj(field).toList());
        all.add("From: x@attacker.example");
        long octets = all.stream().mapToLong(String::length).sum();
        return new Shape(name, octets > 200_000 ? 12 : 48, all);
    }

    private static String filled(String before, String unit) {
        return before + unit.repeat((MAX_FIELD - before.length()) / unit.length());
    }

    private static String signature(int number, String h) {
        return "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d" + number + ".example; s=s; h=from:" + h
                + "; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=" + "A".repeat(342) + "==";
    }

    private static String names(int count) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            names.append((char) ('a' + i % 26))
                    .append((char) ('a' + i / 26 % 26))
                    .append(':');
        }
        return names + "a";
    }

    private static String tags(int count) {
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < count; i++) {
            tags.append((char) ('a' + i % 26))
                    .append((char) ('A' + i / 26 % 26))
                    .append("=;");
        }
        return tags.toString();
    }

    private static String arc(int field, String h, String results) {
        int instance = field / 3 + 1;
        String signed = "; a=rsa-sha256; d=q.example; s=k; b=" + "A".repeat(342) + "==";
        return switch (field % 3) {
            case 0 -> "ARC-Seal: i=" + instance + "; cv=" + (instance == 1 ? "none" : "pass") + signed;
            case 1 ->
                "ARC-Message-Signature: i=" + instance
                        + "; c=relaxed/relaxed; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; h=from:" + h + signed;
            default -> "ARC-Authentication-Results: i=" + instance + "; x.example" + results;
        };
    }

    private static Stream<Shape> shapes() {
        String properties = "; dkim=pass" + " a.b=c".repeat(200) + "; spf=pass x.y=z".repeat(200);
        return Stream.of(
                shape("plain fields", 10, i -> filled("X-Filler: ", "x")),
                shape("two thousand small fields of their own names", 1999, i -> Integer.toString(i, 36) + ":"),
                shape("a tag list of semicolons", 10, i -> filled("DKIM-Signature: ", "a;")),
                shape("a tag list of empty tags", 10, i -> filled("DKIM-Signature: ", ";")),
                shape("a tag list of bad values", 10, i -> filled("DKIM-Signature: ", "a=\u0001;")),
                shape(
                        "h= of names",
                        10,
                        i -> filled("DKIM-Signature: v=1; a=rsa-sha256; d=d.example; s=s; h=from:", "a:")),
                shape("h= of as many names as are read", 50, i -> signature(i, names(254))),
                shape("signatures of as many tags as are read", 50, i -> signature(i, "a") + "; " + tags(50)),
                shape("two thousand signatures", 1999, i -> signature(i, names(20))),
                shape("two thousand signatures that are broken", 1999, i -> "DKIM-Signature: " + tags(60) + i),
                shape("a long b=", 10, i -> filled(signature(i, "a") + "; b=", "A ")),
                shape("a chain of fifty sets", 150, i -> arc(i, "a", "; none")),
                shape("a chain of many names and properties", 150, i -> arc(i, names(254), properties)),
                shape("results in the name of others", 150, i -> "Authentication-Results: x.example" + properties),
                shape("results in our name", 1999, i -> "Authentication-Results: mx.receiver.example; none"),
                shape("verdicts in our name", 1999, i -> "X-Countersign-Verdict:"),
                shape("a From field of addresses", 1, i -> "From: " + "a@b.example,".repeat(1300)),
                shape("a hundred From fields", 100, i -> "From: " + "a@b" + i + ".example,".repeat(90)),
                shape("Received fields", 1999, i -> "Received: from a by b; " + i),
                shape("List-Id and Sender", 2, i -> filled(i == 0 ? "List-Id: " : "Sender: ", "<a.b>")));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isBoundedByTheSizeOfItsHeaderSection(Shape shape) {
        measure(shape, 2);
        long retained = measure(shape, shape.copies());

        assertThat(retained).isLessThanOrEqualTo(FACTOR * shape.octets() + CONSTANT);
    }

    /** The heap that each of these messages takes, in octets. */
    private static long measure(Shape shape, int copies) {
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT.withAuthservId("mx.receiver.example"), SILENT, ManualClock.started());
        List<InboundMessage> inFlight = new ArrayList<>();
        long before = liveOctets();
        for (int i = 0; i < copies; i++) {
            inFlight.add(begin(checks, shape));
        }
        long after = liveOctets();
        inFlight.forEach(InboundMessage::close);
        return Math.max(0, after - before) / copies;
    }

    private static InboundMessage begin(InboundChecks checks, Shape shape) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        InboundMessage mail = new InboundMessage(
                checks,
                new SmtpTransaction(
                        client,
                        "mail.sender.example",
                        ReversePath.parse("a@sender.example"),
                        Optional.empty(),
                        "",
                        "mx.receiver.example"));
        mail.recipient("bob@receiver.example");
        for (String field : shape.fields()) {
            int colon = field.indexOf(':');
            mail.header(HeaderField.of(field.substring(0, colon), field.substring(colon + 1)));
        }
        mail.endOfHeaders();
        mail.body(new byte[] {'x', '\r', '\n'}, 0, 3);
        return mail;
    }

    private static long liveOctets() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
