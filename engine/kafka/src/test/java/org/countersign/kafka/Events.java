package org.countersign.kafka;

import java.time.Instant;
import java.util.Optional;
import org.countersign.reports.collect.CollectedPolicy;
import org.countersign.reports.collect.CollectedRow;
import org.countersign.reports.collect.CountedRow;
import org.countersign.reports.collect.VerdictEvent;
import org.countersign.reports.document.Disposition;

/** Events for tests. */
final class Events {
    static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    static final int DAY = 20_785;

    private Events() {}

    /** The event of a message about one of many policies and from one of many addresses. */
    static VerdictEvent event(int number) {
        String domain = "d" + number % 17 + ".example";
        return new VerdictEvent(
                NOON.plusMillis(number),
                "4Q" + number,
                "pass",
                "accept",
                "default",
                Optional.of(new CountedRow(
                        DAY,
                        new CollectedPolicy(
                                domain, "treewalk", "v=DMARC1; p=reject", "reject", "", "", "", "", "", "", ""),
                        new CollectedRow(
                                "192.0.2." + number % 5,
                                Disposition.PASS,
                                CollectedRow.DKIM_ALIGNED,
                                "",
                                domain,
                                number % 2 == 0 ? Optional.of("") : Optional.empty(),
                                "",
                                "dkim pass " + domain + " s2026\nspf fail \u00fcber." + domain),
                        1,
                        number % 3 == 0 ? 0 : 1)));
    }

    /** The event of a message that no report is about. */
    static VerdictEvent uncounted() {
        return new VerdictEvent(NOON, "", "none", "tempfail", "dns-failure", Optional.empty());
    }
}
