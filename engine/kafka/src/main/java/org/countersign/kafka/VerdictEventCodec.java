package org.countersign.kafka;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.reports.collect.CollectedPolicy;
import org.countersign.reports.collect.CollectedRow;
import org.countersign.reports.collect.CountedRow;
import org.countersign.reports.collect.VerdictEvent;
import org.countersign.reports.document.Disposition;

/** The data of an event: one JSON object. The members of {@code policy} and {@code row} are described in docs/scaling.md. */
final class VerdictEventCodec {
    private VerdictEventCodec() {}

    static byte[] encode(VerdictEvent event) {
        Explanation.Group data = new Explanation.Group()
                .text("time", event.time())
                .text("queue_id", event.queueId())
                .text("dmarc", event.dmarc())
                .text("verdict", event.verdict())
                .text("rule", event.rule());
        event.counted().ifPresent(counted -> {
            data.put("day", new Explanation.Count(counted.day()))
                    .put("trigger", new Explanation.Flag(counted.triggers() > 0))
                    .put("policy", policy(counted.policy()))
                    .put("row", row(counted.row()));
        });
        return ExplanationJson.toBytes(data);
    }

    private static Explanation.Group policy(CollectedPolicy policy) {
        return new Explanation.Group()
                .text("domain", policy.domain())
                .text("method", policy.method())
                .text("record", policy.record())
                .text("p", policy.p())
                .text("sp", policy.sp())
                .text("np", policy.np())
                .text("adkim", policy.adkim())
                .text("aspf", policy.aspf())
                .text("fo", policy.fo())
                .text("testing", policy.testing())
                .text("remarks", policy.remarks());
    }

    private static Explanation.Group row(CollectedRow row) {
        Explanation.Group group = new Explanation.Group()
                .text("source_ip", row.sourceIp())
                .text("disposition", row.disposition().keyword())
                .put("aligned", new Explanation.Count(row.aligned()))
                .text("reasons", row.reasons())
                .text("header_from", row.headerFrom())
                .text("envelope_to", row.envelopeTo())
                .text("auth", row.auth());
        row.envelopeFrom().ifPresent(domain -> group.text("envelope_from", domain));
        return group;
    }

    /** @throws IOException if this is no such event */
    static VerdictEvent decode(byte[] octets) throws IOException {
        Members data = new Members(ExplanationJson.read(octets));
        Optional<CountedRow> counted = Optional.empty();
        if (data.has("policy")) {
            counted = Optional.of(new CountedRow(
                    data.number("day"),
                    policy(data.group("policy")),
                    row(data.group("row")),
                    1,
                    data.flag("trigger") ? 1 : 0));
        }
        try {
            return new VerdictEvent(
                    Instant.parse(data.text("time")),
                    data.text("queue_id"),
                    data.text("dmarc"),
                    data.text("verdict"),
                    data.text("rule"),
                    counted);
        } catch (DateTimeException noInstant) {
            throw new IOException("time is no instant", noInstant);
        }
    }

    private static CollectedPolicy policy(Members policy) throws IOException {
        return new CollectedPolicy(
                policy.text("domain"),
                policy.text("method"),
                policy.text("record"),
                policy.text("p"),
                policy.text("sp"),
                policy.text("np"),
                policy.text("adkim"),
                policy.text("aspf"),
                policy.text("fo"),
                policy.text("testing"),
                policy.text("remarks"));
    }

    private static CollectedRow row(Members row) throws IOException {
        return new CollectedRow(
                row.text("source_ip"),
                Disposition.ofKeyword(row.text("disposition").toLowerCase(Locale.ROOT))
                        .orElseThrow(() -> new IOException("disposition is unknown")),
                row.number("aligned"),
                row.text("reasons"),
                row.text("header_from"),
                row.has("envelope_from") ? Optional.of(row.text("envelope_from")) : Optional.empty(),
                row.text("envelope_to"),
                row.text("auth"));
    }

    /** The members of an object, by kind. */
    private record Members(Explanation.Group group) {
        boolean has(String name) {
            return group.members().containsKey(name);
        }

        private <T extends Explanation> T member(String name, Class<T> kind) throws IOException {
            Explanation value = group.members().get(name);
            if (!kind.isInstance(value)) {
                throw new IOException(name + " is missing, or of another kind");
            }
            return kind.cast(value);
        }

        String text(String name) throws IOException {
            String text = member(name, Explanation.Text.class).text();
            if (text.indexOf('\0') >= 0) {
                throw new IOException(name + " has a character that PostgreSQL cannot store");
            }
            return text;
        }

        int number(String name) throws IOException {
            long number = member(name, Explanation.Count.class).number();
            if (number < 0 || number > Integer.MAX_VALUE) {
                throw new IOException(name + " is out of range");
            }
            return (int) number;
        }

        boolean flag(String name) throws IOException {
            return member(name, Explanation.Flag.class).value();
        }

        Members group(String name) throws IOException {
            return new Members(member(name, Explanation.Group.class));
        }
    }
}
