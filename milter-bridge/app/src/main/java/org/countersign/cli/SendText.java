package org.countersign.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.stream.Collectors;
import org.countersign.reports.send.ManualSending;
import org.countersign.reports.send.Omission;
import org.countersign.reports.send.ReportPlan;
import org.countersign.reports.send.SendStatus;
import org.countersign.service.log.LogEvent;
import org.countersign.syntax.Escapes;

/** Writes what is sent, and what became of it, as text. */
final class SendText {
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

    private static String date(Instant instant) {
        return instant.toString().substring(0, 10);
    }
}
