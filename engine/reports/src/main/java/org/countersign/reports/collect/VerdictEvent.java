package org.countersign.reports.collect;

import java.time.Instant;
import java.util.Optional;

/**
 * One judged message, for consumers outside of this system.
 *
 * @param time when it was judged
 * @param queueId of the mail server; no text if unknown
 * @param dmarc the keyword of the DMARC result
 * @param verdict the keyword of the verdict
 * @param rule the name of the rule that decided
 * @param counted what it adds to the rows of reports; empty if no report is about it
 */
public record VerdictEvent(
        Instant time, String queueId, String dmarc, String verdict, String rule, Optional<CountedRow> counted) {}
