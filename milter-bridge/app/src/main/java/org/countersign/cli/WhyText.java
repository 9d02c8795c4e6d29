package org.countersign.cli;

import java.io.PrintStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationText;
import org.countersign.explain.TextStyle;
import org.countersign.explain.VerdictText;
import org.countersign.syntax.Escapes;
import org.countersign.trace.TraceEntry;

/**
 * Writes what the trace has about messages, for a terminal of 80 columns or as JSON. Everything is printing US-ASCII,
 * whatever the store contains.
 */
final class WhyText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SHORT_TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final TextStyle PLAIN = new TextStyle(false, false, TextTable.WIDTH);
    private static final int LABEL_WIDTH = 11;
    private static final int SHORT_TIME_WIDTH = 14;
    private static final int QUEUE_ID_WIDTH = 15;
    private static final int VERDICT_WIDTH = 10;
    private static final int RULE_WIDTH = 18;
    private static final int RULE_WIDTH_OF_MONITOR = 13;
    private static final int AUTHOR_WIDTH = 19;
    private static final int AUTHOR_WIDTH_OF_MONITOR = 13;
    private static final int MAX_LISTED = 5;

    private final PrintStream out;

    WhyText(PrintStream out) {
        this.out = out;
    }

    /** A time in UTC, for people. */
    static String time(Instant time) {
        return TIME.format(time) + " UTC";
    }

    /** One message: what the mail server told about it, then the explanation as {@code check} shows it. */
    void explanation(TraceEntry entry, Explanation.Group explanation, Duration ago) {
        line("time", time(entry.time()) + " (" + ago(ago) + " ago)");
        line("queue id", entry.queueId());
        if (explanation.members().get("message") instanceof Explanation.Group message) {
            for (String key : List.of("message-id", "host")) {
                text(message, key).ifPresent(value -> line(key, value));
            }
            line("client", client(message));
            text(message, "user").ifPresent(value -> line("user", value));
            text(message, "mail-from").ifPresent(value -> line("mail from", value));
            line("recipients", recipients(message));
        }
        if (explanation.members().containsKey("shortened")) {
            line("note", "long texts and lists of this message were shortened");
        }
        out.println();
        if (text(explanation, "flow").equals(Optional.of("outbound"))) {
            // As "check" shows what was signed, by which entry. The trace does not keep the signature.
            VerdictText.lines(explanation, new Explanation.Group(), PLAIN, false)
                    .forEach(line -> out.println(Escapes.printable(line)));
        } else {
            out.print(ExplanationText.render(explanation));
        }
    }

    private static String client(Explanation.Group message) {
        String name = text(message, "client-name").orElse("unknown");
        return text(message, "client")
                        .map(address -> (name.startsWith("[") ? "unknown" : name) + "[" + address + "]")
                        .orElse(name)
                + text(message, "helo").map(helo -> ", HELO " + helo).orElse("");
    }

    private static String recipients(Explanation.Group message) {
        long count = message.members().get("recipient-count") instanceof Explanation.Count(long number) ? number : 0;
        List<Explanation> first =
                message.members().get("recipients") instanceof Explanation.Items(List<Explanation> items)
                        ? items
                        : List.of();
        StringBuilder text = new StringBuilder().append(count);
        String separator = ": ";
        for (Explanation item : first.subList(0, Math.min(first.size(), MAX_LISTED))) {
            if (item instanceof Explanation.Text(String address)) {
                text.append(separator).append(Escapes.printable(address));
                separator = ", ";
            }
        }
        return text.append(count > MAX_LISTED && !first.isEmpty() ? ", ..." : "")
                .toString();
    }

    /** The text of a member, escaped. */
    private static Optional<String> text(Explanation.Group group, String key) {
        return group.members().get(key) instanceof Explanation.Text(String text)
                ? Optional.of(Escapes.printable(text))
                : Optional.empty();
    }

    /** The earlier messages with the same id. */
    void others(List<TraceEntry> others) {
        out.println();
        out.println("This is the latest of " + (others.size() + 1) + " messages with this id. The others:");
        table(others);
    }

    /** A table with fixed columns, without a line at its end. A queue id is never cut, because it is needed whole. */
    void table(List<TraceEntry> entries) {
        // Only where mode monitor was on: the column takes room from the others.
        boolean monitored = entries.stream().anyMatch(entry -> !entry.wouldBe().isEmpty());
        row(monitored, "time (UTC)", "queue id", "verdict", "would be", "rule", "author");
        for (TraceEntry entry : entries) {
            row(
                    monitored,
                    SHORT_TIME.format(entry.time()),
                    orDash(entry.queueId()),
                    entry.verdict(),
                    orDash(entry.wouldBe()),
                    entry.rule(),
                    orDash(entry.author()));
        }
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private void row(
            boolean monitored,
            String time,
            String queueId,
            String verdict,
            String wouldBe,
            String rule,
            String author) {
        int ruleWidth = monitored ? RULE_WIDTH_OF_MONITOR : RULE_WIDTH;
        out.println(padded(time, SHORT_TIME_WIDTH)
                + " " + padded(queueId, QUEUE_ID_WIDTH)
                + " " + padded(cut(verdict, VERDICT_WIDTH), VERDICT_WIDTH)
                + (monitored ? " " + padded(cut(wouldBe, VERDICT_WIDTH), VERDICT_WIDTH) : "")
                + " " + padded(cut(rule, ruleWidth), ruleWidth)
                + " " + cut(author, monitored ? AUTHOR_WIDTH_OF_MONITOR : AUTHOR_WIDTH));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "~";
    }

    private void line(String label, String text) {
        out.println(padded(label, LABEL_WIDTH) + text);
    }

    private static String ago(Duration duration) {
        if (duration.toSeconds() < 120) {
            return Math.max(0, duration.toSeconds()) + " s";
        }
        if (duration.toMinutes() < 120) {
            return duration.toMinutes() + " min";
        }
        return duration.toHours() < 48 ? duration.toHours() + " h" : duration.toDays() + " days";
    }

    void json(Explanation.Group explanation) throws CommandFailure {
        JsonOutput.write(explanation, out);
    }

    /** A list as one JSON object with the member {@code messages}. */
    void json(List<TraceEntry> entries) throws CommandFailure {
        json(new Explanation.Group().list("messages", entries, WhyText::entry));
    }

    private static Explanation entry(TraceEntry entry) {
        Explanation.Group group = new Explanation.Group()
                .text("time", entry.time())
                .text("queue-id", entry.queueId())
                .text("verdict", entry.verdict())
                .text("would-be", entry.wouldBe())
                .text("rule", entry.rule())
                .text("flow", entry.flow())
                .text("author", entry.author())
                .text("mail-from-domain", entry.mailFrom());
        Optional<InetAddress> client = entry.client();
        return client.isPresent() ? group.text("client", IpNetwork.renderAddress(client.get())) : group;
    }
}
