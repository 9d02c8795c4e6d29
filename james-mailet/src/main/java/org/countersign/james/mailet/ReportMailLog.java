package org.countersign.james.mailet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.mailet.Mail;
import org.countersign.reports.receive.Outcome;
import org.countersign.syntax.LogPairs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line for each mail with reports, and one warning an hour as long as they cannot be stored. */
final class ReportMailLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.countersign.james.ReceiveReports");
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final int MAX_SHOWN = 3;

    private final InstantSource clock;
    // Guarded by this.
    private Instant nextWarning = Instant.MIN;
    private boolean failing;

    ReportMailLog(InstantSource clock) {
        this.clock = clock;
    }

    /** A mail was read. */
    void read(Mail mail, List<Outcome> outcomes) {
        recovered();
        if (!LOG.isInfoEnabled()) {
            return;
        }
        StringBuilder line = begin("reports", mail);
        LogPairs.append(line, "found", Integer.toString(outcomes.size()));
        for (Outcome outcome : outcomes.subList(0, Math.min(MAX_SHOWN, outcomes.size()))) {
            LogPairs.append(line, word(outcome), outcome.describe());
        }
        LOG.info("{}", line);
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored report -> "stored";
            case Outcome.FailureStored report -> "stored";
            case Outcome.Duplicate copy -> "duplicate";
            case Outcome.Returned report -> "returned";
            case Outcome.Refused bad -> "refused";
            case Outcome.LeftAlone other -> "left-alone";
        };
    }

    /** A mail could not be read, and continues. */
    synchronized void failed(Mail mail, String problem, Optional<String> processor) {
        Instant now = clock.instant();
        failing = true;
        if (now.isBefore(nextWarning)) {
            return;
        }
        nextWarning = now.plus(INTERVAL);
        StringBuilder line = begin("reports-not-read", mail);
        LogPairs.append(
                line,
                "problem",
                problem + "; this mail and others after it "
                        + processor
                                .map(name -> "are in the processor " + name + ": reprocess them later")
                                .orElse("continue unread: countersign reports receive can read them later"));
        LOG.warn("{}", line);
    }

    private synchronized void recovered() {
        if (failing) {
            failing = false;
            nextWarning = Instant.MIN;
            LOG.info("reports-read-again");
        }
    }

    private static StringBuilder begin(String event, Mail mail) {
        StringBuilder line = new StringBuilder(240).append(event);
        LogPairs.append(line, "mail", String.valueOf(mail.getName()));
        return line;
    }
}
