package org.countersign.reports.send;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.WarningInterval;
import org.countersign.syntax.Keyword;

/**
 * Logs what a postmaster wants to know about reports: each plan, and each delivery that failed. A problem of the mail server,
 * the keys or the store is logged again after an interval while it lasts. For one thread.
 */
final class SendLog {
    private static final String PART = "reports";

    private final EventLog log;
    private final WarningInterval interval = new WarningInterval();
    private boolean failing;
    private long sent;
    private long others;
    private long omitted;

    SendLog(EventLog log) {
        this.log = log;
    }

    void started(MailAddress from, SendSettings settings) {
        log.write(new LogEvent(PART, Level.INFO, "sending-reports")
                .with("from", from)
                .with("server", settings.server())
                .with("window", settings.window()));
    }

    /** Others may refuse the reports. */
    void authorProblem(MailAddress from, String problem) {
        log.write(new LogEvent(PART, Level.WARNING, "report-author")
                .with("from", from)
                .with("problem", problem));
    }

    void planned(DaySelection selection) {
        LogEvent event = new LogEvent(PART, Level.INFO, "reports-planned")
                .with("day", LocalDate.ofEpochDay(selection.day()))
                .with("reports", selection.chosen().size());
        for (Map.Entry<Omission, Long> omitted : selection.omitted().entrySet()) {
            event = event.with("omitted-" + Keyword.of(omitted.getKey()), omitted.getValue());
        }
        log.write(event);
    }

    /** A report of many rows or octets. */
    void composed(PlannedReport report, int parts, long omitted) {
        if (parts > 1 || omitted > 0) {
            log.write(new LogEvent(PART, Level.INFO, "large-report")
                    .with("report", report.reportId())
                    .with("domain", report.domain())
                    .with("parts", parts)
                    .with("messages-omitted", omitted));
        }
    }

    void dropped(PlannedReport report, String why) {
        others++;
        log.write(new LogEvent(PART, Level.DEBUG, "report-dropped")
                .with("report", report.reportId())
                .with("domain", report.domain())
                .with("reason", why));
    }

    void delivery(Delivery delivery, DeliveryState state, String text) {
        if (state == DeliveryState.SENT) {
            sent++;
        } else if (state != DeliveryState.WAITING) {
            others++;
        }
        Level level = switch (state) {
            case SENT, SUPPRESSED, WAITING -> Level.DEBUG;
            case FAILED, EXPIRED -> Level.INFO;
        };
        log.write(
                new LogEvent(PART, level, "report-" + (state == DeliveryState.WAITING ? "postponed" : state.keyword()))
                        .with("report", delivery.reportId())
                        .with("domain", delivery.domain())
                        .with("to", delivery.address())
                        .with("attempt", delivery.attempt())
                        .with("reply", text));
    }

    /** Messages that are a reason for a failure report are in none, because of a limit. */
    void failuresOmitted(long messages) {
        omitted += messages;
    }

    /** Nothing more is due for a time: a summary of what was done since the last one. */
    void idle() {
        if (sent + others > 0) {
            log.write(new LogEvent(PART, Level.INFO, "reports-sent")
                    .with("sent", sent)
                    .with("not-sent", others));
            sent = 0;
            others = 0;
        }
        if (omitted > 0) {
            log.write(new LogEvent(PART, Level.INFO, "failures-not-reported").with("messages", omitted));
            omitted = 0;
        }
    }

    /** Nothing can be sent now. */
    void problem(String problem, Instant now) {
        failing = true;
        if (interval.isDue(now)) {
            log.write(new LogEvent(PART, Level.WARNING, "reports-not-sent")
                    .with("problem", problem + "; mail is not affected"));
        }
    }

    /** The problem has ended. */
    void works() {
        if (failing) {
            failing = false;
            interval.end();
            log.write(new LogEvent(PART, Level.INFO, "reports-sent-again"));
        }
    }
}
