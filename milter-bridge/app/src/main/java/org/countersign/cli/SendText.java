package org.countersign.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.stream.Collectors;
import org.countersign.explain.Explanation;
import org.countersign.explain.FoldedLines;
import org.countersign.reports.send.ManualSending;
import org.countersign.reports.send.Omission;
import org.countersign.reports.send.ReportPlan;
import org.countersign.reports.send.SendStatus;
import org.countersign.service.log.LogEvent;
import org.countersign.syntax.Escapes;

/** Writes what is sent, and what became of it, as text. */
final class SendText {
    // Changes when the meaning of a member changes.
    private static final int SCHEMA = 1;
    private static final int MAX_REASON = 300;
    // The service sends what is due within minutes.
    private static final Duration OVERDUE = Duration.ofHours(1);

    private final PrintStream out;

    SendText(PrintStream out) {
        this.out = out;
    }

    /**
     * The reports about a day.
     *
     * @param on whether reports are sent at all
     */
    void plan(ReportPlan plan, boolean on) {
        out.println("Reports about " + LocalDate.ofEpochDay(plan.day()) + " (UTC)");
        if (!on) {
            out.println("Nothing is sent: reports.send.from is not set.");
        }
        if (plan.planned()) {
            out.println("This day was planned before; see countersign reports status.");
        } else {
            plan.waiting().ifPresent(why -> out.println("Not planned yet: " + Escapes.printable(why)));
        }
        plan.warnings().forEach(warning -> out.println("Warning: " + Escapes.printable(warning, MAX_REASON) + "."));
        out.println();
        for (ReportPlan.Entry entry : plan.entries()) {
            out.println(entry.domain() + ": " + TextTable.counted(entry.messages(), "message") + " in "
                    + TextTable.counted(entry.rows(), "row"));
            entry.to().forEach(address -> out.println("  to " + Escapes.printable(address.toString())));
            entry.reasons().forEach(reason -> out.println("  not sent: " + Escapes.printable(reason, MAX_REASON)));
        }
        if (plan.entries().isEmpty()) {
            out.println("No mail of this day is a reason for a report.");
            out.println("Mail is counted while reports.collect is true.");
        }
        if (plan.more() > 0) {
            out.println(TextTable.counted(plan.more(), "smaller report") + " not shown (--limit).");
        }
        for (Map.Entry<Omission, Long> omitted : plan.omitted().entrySet()) {
            out.println(
                    "Policies that " + omitted.getKey().describe() + ": " + TextTable.number(omitted.getValue()) + ".");
        }
    }

    /** An event as one line. */
    void event(LogEvent event) {
        out.println(event.name()
                + event.pairs().entrySet().stream()
                        .map(pair -> " " + pair.getKey() + "="
                                + Escapes.printable(String.valueOf(pair.getValue()), MAX_REASON))
                        .collect(Collectors.joining()));
    }

    /** How many reports were planned, and what became of the deliveries that were due. */
    void summary(ManualSending.Summary summary) {
        summary.notReady().ifPresent(why -> out.println("This day is not planned yet: " + Escapes.printable(why)));
        out.println("planned " + summary.planned() + ", sent " + summary.sent() + ", postponed " + summary.postponed()
                + ", failed " + summary.failed() + ", expired " + summary.expired());
    }

    /**
     * What became of the reports.
     *
     * @param on whether reports are sent at all
     * @param now tells whether something is overdue
     */
    void status(SendStatus status, boolean on, Instant now) {
        if (!on) {
            out.println("Nothing is sent: reports.send.from is not set.");
            out.println();
        }
        days(status);
        miscounted(status);
        out.println(status.next().map(next -> next(next, on, now)).orElse("Nothing is due."));
        problems(status);
        suppressed(status);
    }

    private void days(SendStatus status) {
        TextTable days = new TextTable("day", "what", "state", ">number");
        for (SendStatus.DayState day : status.days()) {
            days.row(LocalDate.ofEpochDay(day.day()), day.kind(), day.state(), day.count());
        }
        if (days.isEmpty()) {
            out.println("No report was planned in the last two weeks.");
            return;
        }
        days.write(out);
        out.println();
        out.println("report    one for each domain and policy; dropped: no address may get it");
        out.println("delivery  the mail with a report to one address");
        out.println();
    }

    /** Messages that are in no report, or in two. */
    private void miscounted(SendStatus status) {
        for (SendStatus.Late late : status.late()) {
            out.println(LocalDate.ofEpochDay(late.day()) + ": " + TextTable.number(late.messages())
                    + " messages were counted after its reports were planned, and are in none.");
        }
        for (SendStatus.Repeated repeated : status.repeated()) {
            out.println(LocalDate.ofEpochDay(repeated.day()) + ": up to " + TextTable.number(repeated.messages())
                    + " messages of " + Escapes.printable(repeated.host(), MAX_REASON)
                    + " are counted twice: its spool was"
                    + " copied while it was in use.");
        }
        if (!status.repeated().isEmpty()) {
            out.println("Empty the directory reports.spool of a copy before its first start.");
        }
    }

    private void problems(SendStatus status) {
        if (status.problems().isEmpty()) {
            return;
        }
        out.println();
        out.println("Not accepted:");
        for (SendStatus.Problem problem : status.problems()) {
            item(LocalDate.ofEpochDay(problem.day()) + " " + problem.domain() + " to "
                    + Escapes.printable(problem.address()) + ": " + problem.state() + " after attempt "
                    + problem.attempt() + ": " + Escapes.printable(problem.last(), MAX_REASON));
        }
    }

    private void suppressed(SendStatus status) {
        if (status.suppressed().isEmpty()) {
            return;
        }
        out.println();
        out.println("Addresses that get no reports:");
        for (SendStatus.Suppressed address : status.suppressed()) {
            item(Escapes.printable(address.address()) + " until " + date(address.until()) + " ("
                    + TextTable.counted(address.times(), "time") + "): "
                    + Escapes.printable(address.why(), MAX_REASON));
        }
    }

    /**
     * The status as a tree for JSON, whose members are described in {@code docs/reports.md}.
     *
     * @param on whether reports are sent at all
     */
    static Explanation.Group explanation(SendStatus status, boolean on) {
        Explanation.Group group =
                new Explanation.Group().count("schema", SCHEMA).flag("sending", on);
        status.next().ifPresent(next -> group.text("next", next));
        return group.list(
                        "days",
                        status.days(),
                        day -> new Explanation.Group()
                                .text("day", LocalDate.ofEpochDay(day.day()))
                                .text("what", day.kind())
                                .text("state", day.state())
                                .count("number", day.count()))
                .list(
                        "late",
                        status.late(),
                        late -> new Explanation.Group()
                                .text("day", LocalDate.ofEpochDay(late.day()))
                                .count("messages", late.messages()))
                .list(
                        "counted-twice",
                        status.repeated(),
                        repeated -> new Explanation.Group()
                                .text("day", LocalDate.ofEpochDay(repeated.day()))
                                .text("host", repeated.host())
                                .count("messages", repeated.messages()))
                .list(
                        "not-accepted",
                        status.problems(),
                        problem -> new Explanation.Group()
                                .text("day", LocalDate.ofEpochDay(problem.day()))
                                .text("domain", problem.domain())
                                .text("address", problem.address())
                                .text("state", problem.state())
                                .count("attempts", problem.attempt())
                                .text("reply", problem.last()))
                .list(
                        "suppressed",
                        status.suppressed(),
                        address -> new Explanation.Group()
                                .text("address", address.address())
                                .text("until", address.until())
                                .count("times", address.times())
                                .text("reason", address.why()));
    }

    private void item(String printable) {
        FoldedLines.fold("- ", printable).forEach(out::println);
    }

    private static String next(Instant next, boolean on, Instant now) {
        String minute = ReportsText.minute(next) + " UTC";
        if (!on) {
            return "Due at " + minute + ", once reports.send.from is set.";
        }
        return next.isAfter(now.minus(OVERDUE))
                ? "Next: " + minute + "."
                : "Due since " + minute + ": is the service running?\nIf it is, see its log for reports-not-sent.";
    }

    private static String date(Instant instant) {
        return instant.toString().substring(0, 10);
    }
}
