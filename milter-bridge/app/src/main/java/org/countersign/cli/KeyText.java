package org.countersign.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.rotation.KeyRotation.KeyStatus;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.KeyState;
import org.countersign.rotation.KeyTask;
import org.countersign.rotation.RotatedKey;
import org.countersign.rotation.RotationText;
import org.countersign.rotation.Sighting;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;

/** Writes what the commands of {@code countersign key} say, for people. */
final class KeyText {
    private static final String INDENT = "  ";

    private final PrintStream out;
    private final DateTimeFormatter times;

    KeyText(PrintStream out, ZoneId zone) {
        this.out = out;
        this.times =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm xx", Locale.ROOT).withZone(zone);
    }

    /** The keys with their states, domain by domain, then the servers of those that wait for them. */
    void status(List<KeyStatus> keys) {
        Set<DomainName> domains = new LinkedHashSet<>();
        keys.forEach(each -> domains.add(each.key().domain()));
        for (DomainName domain : domains) {
            List<KeyStatus> of = keys.stream()
                    .filter(each -> each.key().domain().equals(domain))
                    .toList();
            out.println(domain);
            TextTable table = new TextTable("selector", "algorithm", "state", "since", "");
            for (KeyStatus each : of) {
                RotatedKey key = each.key();
                table.row(
                        key.selector(),
                        algorithm(key),
                        key.stateWord(),
                        time(key.brokenSince().orElse(key.since())),
                        next(each));
            }
            table.write(out);
            of.stream().filter(KeyText::showsServers).forEach(this::servers);
            out.println();
        }
    }

    static String algorithm(RotatedKey key) {
        int bits = key.algorithm().keyType().equals("rsa") ? key.bits() : 0;
        return bits == 0 ? key.algorithm().keyType() : key.algorithm().keyType() + " " + bits;
    }

    private static String next(KeyStatus status) {
        RotatedKey key = status.key();
        if (!status.validity().isEmpty()) {
            return dated(status.validity());
        }
        return switch (key.state()) {
            case PUBLISHED -> "ready in " + RotationText.duration(key.pending().left());
            case RETIRED ->
                "record needed for " + RotationText.duration(key.pending().left());
            case GENERATED, READY -> key.activatesWhenReady() ? "tick will activate" : "";
            case ACTIVE, REMOVABLE, REVOKED, GONE -> "";
        };
    }

    /** Without the seconds, which nobody plans by. */
    private static String dated(String validity) {
        return validity.replaceFirst(":\\d\\d(\\.\\d+)?Z$", "Z")
                .replace('T', ' ')
                .replace("Z", " UTC");
    }

    private static boolean showsServers(KeyStatus each) {
        return each.key().state() != KeyState.GONE
                && (!each.seen().isRightEverywhere() || each.key().state() == KeyState.REMOVABLE);
    }

    private void servers(KeyStatus status) {
        out.println();
        out.println(status.key().name() + ":");
        Sighting seen = status.seen();
        if (!seen.problem().isEmpty()) {
            out.println(INDENT + Escapes.printable(seen.problem()));
            return;
        }
        TextTable table = new TextTable("  server", "address", "answer", ">serial");
        for (Sighting.ServerView each : seen.servers()) {
            table.row(
                    INDENT + each.server(),
                    each.address().getHostAddress(),
                    each.detail(),
                    each.serial().isPresent() ? Long.toString(each.serial().getAsLong()) : "-");
        }
        table.write(out);
    }

    private String time(Instant time) {
        return times.format(time);
    }

    /** What was done. */
    void steps(Result result) {
        result.steps().forEach(step -> out.println(Escapes.printable(step)));
    }

    /** What a person has to do, whole. */
    void tasks(List<KeyTask> tasks) {
        for (KeyTask task : tasks) {
            out.println("To do: " + Escapes.printable(task.lines().getFirst()));
            task.lines().stream().skip(1).forEach(line -> out.println(INDENT + Escapes.printable(line)));
        }
    }

    /** The changes of a key, oldest first. */
    void history(RotatedKey key) {
        out.println(key.name() + ":");
        key.history()
                .forEach(change -> out.println(INDENT + time(change.time()) + "  " + Keyword.of(change.state()) + ": "
                        + Escapes.printable(change.reason())));
    }
}
