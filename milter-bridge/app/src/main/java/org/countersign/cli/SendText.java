package org.countersign.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.countersign.explain.Explanation;
import org.countersign.reports.send.ManualSending;
import org.countersign.reports.send.Omission;
import org.countersign.reports.send.ReportPlan;
import org.countersign.reports.send.SendStatus;
import org.countersign.service.log.LogEvent;
import org.countersign.syntax.Escapes;

/** Writes what is sent, and what became of it, as text. */
final class SendText {
    /** Changes when the meaning of a member changes. */
    private static final int SCHEMA = 1;

    private static final int MAX_REASON = 300;

    private final PrintStream out;

    SendText(PrintStream out) {
        this.out = out;
    }

    /**
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
            out.println(entry.domain() + ": " + TextTable.number(entry.messages()) + " messages in "
                    + TextTable.number(entry.rows()) + " rows");
            entry.to().forEach(address -> out.println("  to  " + Escapes.printable(address.toString())));
            entry.reasons().forEach(reason -> out.println("  not " + Escapes.printable(reason, MAX_REASON)));
        }
        if (plan.entries().isEmpty()) {
            out.println("No policy with mail that is a reason for a report.");
        }
        if (plan.more() > 0) {
            out.println(TextTable.number(plan.more()) + " smaller reports are not shown (--limit).");
        }
        for (Map.Entry<Omission, Long> omitted : plan.omitted().entrySet()) {
            out.println(TextTable.number(omitted.getValue()) + " policies "
                    + omitted.getKey().describe() + ".");
        }
    }

    void event(LogEvent event) {
        out.println(event.name()
                + event.pairs().entrySet().stream()
                        .map(pair -> " " + pair.getKey() + "="
                                + Escapes.printable(String.valueOf(pair.getValue()), MAX_REASON))
                        .collect(Collectors.joining()));
    }

    void summary(ManualSending.Summary summary) {
        summary.notReady().ifPresent(why -> out.println("This day is not planned yet: " + Escapes.printable(why)));
        out.println("planned " + summary.planned() + ", sent " + summary.sent() + ", postponed " + summary.postponed()
                + ", failed " + summary.failed() + ", expired " + summary.expired());
    }

    /**
     * @param on whether reports are sent at all
     */
    void status(SendStatus status, boolean on) {
        if (!on) {
            out.println("Nothing is sent: reports.send.from is not set.");
        }
        TextTable days = new TextTable("day", "what", "state", ">number");
        for (SendStatus.DayState day : status.days()) {
            days.row(LocalDate.ofEpochDay(day.day()), day.kind(), day.state(), day.count());
        }
        if (days.isEmpty()) {
            out.println("No report was planned in the last two weeks.");
        } else {
            days.write(out);
        }
        for (SendStatus.Late late : status.late()) {
            out.println(LocalDate.ofEpochDay(late.day()) + ": " + TextTable.number(late.messages())
                    + " messages were counted after its reports were planned, and are in none.");
        }
        out.println(status.next().map(next -> "Next: " + next).orElse("Nothing is due."));
        if (!status.problems().isEmpty()) {
            out.println();
            out.println("Not accepted:");
            for (SendStatus.Problem problem : status.problems()) {
                out.println("  " + LocalDate.ofEpochDay(problem.day()) + " " + problem.domain() + " to "
                        + Escapes.printable(problem.address()) + ": " + problem.state() + " after attempt "
                        + problem.attempt() + ": " + Escapes.printable(problem.last(), MAX_REASON));
            }
        }
        if (!status.suppressed().isEmpty()) {
            out.println();
            out.println("Addresses that get no reports:");
            for (SendStatus.Suppressed address : status.suppressed()) {
                out.println("  " + Escapes.printable(address.address()) + " until " + date(address.until()) + " ("
                        + address.times() + " times): " + Escapes.printable(address.why(), MAX_REASON));
            }
        }
    }

    /**
     * The status as a tree for JSON, whose members are described in {@code docs/reports.md}.
     *
     * @param on whether reports are sent at all
     */
    static Explanation.Group explanation(SendStatus status, boolean on) {
        Explanation.Group group = new Explanation.Group()
                .put("schema", new Explanation.Count(SCHEMA))
                .put("sending", new Explanation.Flag(on));
        status.next().ifPresent(next -> group.text("next", next));
        return group.put(
                        "days",
                        items(
                                status.days(),
                                day -> new Explanation.Group()
                                        .text("day", LocalDate.ofEpochDay(day.day()))
                                        .text("what", day.kind())
                                        .text("state", day.state())
                                        .put("number", new Explanation.Count(day.count()))))
                .put(
                        "late",
                        items(
                                status.late(),
                                late -> new Explanation.Group()
                                        .text("day", LocalDate.ofEpochDay(late.day()))
                                        .put("messages", new Explanation.Count(late.messages()))))
                .put(
                        "not-accepted",
                        items(
                                status.problems(),
                                problem -> new Explanation.Group()
                                        .text("day", LocalDate.ofEpochDay(problem.day()))
                                        .text("domain", problem.domain())
                                        .text("address", problem.address())
                                        .text("state", problem.state())
                                        .put("attempts", new Explanation.Count(problem.attempt()))
                                        .text("reply", problem.last())))
                .put(
                        "suppressed",
                        items(
                                status.suppressed(),
                                address -> new Explanation.Group()
                                        .text("address", address.address())
                                        .text("until", address.until())
                                        .put("times", new Explanation.Count(address.times()))
                                        .text("reason", address.why())));
    }

    private static <T> Explanation items(List<T> list, Function<T, Explanation> each) {
        return new Explanation.Items(list.stream().map(each).toList());
    }

    private static String date(Instant instant) {
        return instant.toString().substring(0, 10);
    }
}
