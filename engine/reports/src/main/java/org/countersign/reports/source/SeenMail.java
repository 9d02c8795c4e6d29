package org.countersign.reports.source;

import java.util.List;
import java.util.Optional;

/**
 * Messages that are equal in all that sums are made of.
 *
 * @param origin as in the table of the sums
 * @param reporter who has seen them
 * @param address the client, as text
 * @param name the confirmed name of the client in the DNS; empty if it has none or it is not looked up yet
 * @param aligned the sum of 1 for an aligned DKIM pass and 2 for an aligned SPF pass
 * @param disposition 0 none, 1 pass, 2 quarantine, 3 reject
 * @param reasons one a line
 * @param author the Author Domain
 * @param envelope the domain of MAIL FROM; empty if unknown, an empty text for the null reverse-path
 */
record SeenMail(
        String origin,
        String reporter,
        String address,
        String name,
        long messages,
        int aligned,
        int disposition,
        String reasons,
        String author,
        Optional<String> envelope,
        List<Result> results) {
    /**
     * The most messages of a row, and of all rows that are alike on a day. No sender has sent so many, but a reporter may write any
     * number: with it, sums over all sources of 400 days are still far from the end of a long.
     */
    static final long MAX_MESSAGES = 10_000_000_000L;

    static final String RECEIVED = "r";
    static final String UNAUTHENTICATED = "u";
    static final String SEEN = "s";

    SeenMail {
        messages = Math.clamp(messages, 0, MAX_MESSAGES);
        results = List.copyOf(results);
    }

    /**
     * An authentication result.
     *
     * @param kind {@code dkim} or {@code spf}
     * @param selector empty for SPF
     */
    record Result(String kind, String result, String domain, String selector) {
        boolean isDkim() {
            return kind.equals("dkim");
        }

        boolean isPass() {
            return result.equals("pass");
        }
    }

    SeenMail with(List<Result> others) {
        return new SeenMail(
                origin, reporter, address, name, messages, aligned, disposition, reasons, author, envelope, others);
    }

    boolean isPass() {
        return aligned > 0;
    }

    /** The domain of MAIL FROM. A report that lacks it has the domain that SPF checked, which is mostly the same. */
    String envelopeDomain() {
        return envelope.orElseGet(() -> results.stream()
                .filter(result -> !result.isDkim())
                .map(Result::domain)
                .findFirst()
                .orElse(author));
    }
}
