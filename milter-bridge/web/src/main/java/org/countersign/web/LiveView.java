package org.countersign.web;

import java.util.List;
import java.util.Locale;
import org.countersign.explain.Explanation;

/**
 * The page of live verdicts.
 *
 * @param shown those that are shown, the latest first
 * @param matching how many the filter admits, of all in memory
 * @param kept how many are in memory
 * @param since how many there were since the start of the service
 * @param verdict the filter: a keyword of what was done or would have been done, or an empty text
 * @param text the filter: a part of an address, domain, rule or reason, or an empty text
 * @param explained whether messages are traced, so that each has an explanation
 */
public record LiveView(
        List<LiveVerdict> shown, int matching, int kept, long since, String verdict, String text, boolean explained) {
    /** The verdicts to choose from. */
    public static final List<String> VERDICTS = List.of("accept", "tag", "quarantine", "reject", "tempfail", "discard");

    private static final int MAX_SHOWN = 200;

    static LiveView of(LiveVerdicts live, String verdict, String text, boolean explained) {
        List<LiveVerdict> all = live.latest();
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        List<LiveVerdict> matching = all.stream()
                .filter(entry -> verdict.isEmpty()
                        || entry.verdict().equals(verdict)
                        || entry.wouldBe().equals(verdict))
                .filter(entry -> wanted.isEmpty() || contains(entry, wanted))
                .toList();
        return new LiveView(
                matching.subList(0, Math.min(MAX_SHOWN, matching.size())),
                matching.size(),
                all.size(),
                live.count(),
                verdict,
                text,
                explained);
    }

    private static boolean contains(LiveVerdict entry, String wanted) {
        return List.of(entry.queueId(), entry.client(), entry.mailFrom(), entry.author(), entry.rule(), entry.reason())
                .stream()
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    Explanation.Group json() {
        return new Explanation.Group()
                .put("since-start", new Explanation.Count(since))
                .put("matching", new Explanation.Count(matching))
                .put(
                        "verdicts",
                        new Explanation.Items(shown.stream()
                                .<Explanation>map(entry -> new Explanation.Group()
                                        .text("time", entry.time())
                                        .text("queue-id", entry.queueId())
                                        .text("client", entry.client())
                                        .text("mail-from", entry.mailFrom())
                                        .text("author", entry.author())
                                        .text("verdict", entry.verdict())
                                        .text("would-be", entry.wouldBe())
                                        .text("rule", entry.rule())
                                        .text("reason", entry.reason())
                                        .put("ms", new Explanation.Count(entry.millis())))
                                .toList()));
    }
}
