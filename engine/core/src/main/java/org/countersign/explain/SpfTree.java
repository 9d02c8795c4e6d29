package org.countersign.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The result of SPF with its records, lookups and terms, as a tree of lines. */
final class SpfTree {
    private static final int MAX_TERMS = 60;

    private SpfTree() {}

    /** The tree of {@code spf} or {@code spf-helo}. */
    static TextTree of(Members spf, boolean detailed) {
        String word = spf.textOrEmpty("result");
        TextTree result = VerdictText.result(word, spf.textOrEmpty("explain"));
        for (Members step : spf.list("records")) {
            String via = step.text("via").map(text -> ", by " + text).orElse("");
            result.add(step.textOrEmpty("domain") + via + ": \"" + VerdictText.cut(step.textOrEmpty("record")) + "\"");
        }
        for (Members near : spf.list("near-misses")) {
            result.add("not an SPF record of " + near.textOrEmpty("domain") + ": \""
                    + VerdictText.cut(near.textOrEmpty("record")) + "\": " + near.textOrEmpty("problem"));
        }
        lookups(spf).ifPresent(result::add);
        if (detailed) {
            result.add("checked: " + spf.text("domain").orElse("no domain") + " (" + spf.textOrEmpty("identity")
                    + ") for client " + spf.text("client").orElse("unknown"));
            terms(result, spf.list("terms"));
            spf.text("sender-explanation")
                    .ifPresent(words -> result.add("the domain explains (exp=): \"" + words + "\""));
            result.add(spfClause(word));
        }
        return result;
    }

    /** How many of the lookups that RFC 7208 permits were needed; empty if there is no record. */
    private static Optional<String> lookups(Members spf) {
        if (!spf.has("dns-terms") || spf.list("records").isEmpty()) {
            return Optional.empty();
        }
        String found = spf.textOrEmpty("void-lookups");
        return Optional.of(spf.textOrEmpty("dns-terms") + " of 10 DNS lookups"
                + (found.equals("0") ? "" : ", " + found + " of 2 found nothing"));
    }

    /** The terms that were evaluated, those of an included record below the term that included it. */
    private static void terms(TextTree result, List<Members> terms) {
        List<TextTree> open = new ArrayList<>();
        for (Members term : terms.subList(0, Math.min(MAX_TERMS, terms.size()))) {
            int depth = Math.min(term.text("depth").map(Integer::parseInt).orElse(0), open.size());
            TextTree line = TextTree.of(term.textOrEmpty("term") + ": " + term.textOrEmpty("outcome"));
            open.subList(depth, open.size()).clear();
            (open.isEmpty() ? result : open.getLast()).add(line);
            open.add(line);
        }
        if (terms.size() > MAX_TERMS) {
            result.add("and " + (terms.size() - MAX_TERMS) + " more terms");
        }
    }

    private static String spfClause(String word) {
        return switch (word) {
            case "none" -> "RFC 7208 section 2.6.1: no domain to check, or no record";
            case "neutral" -> "RFC 7208 section 2.6.2: the domain says nothing about the client";
            case "pass" -> "RFC 7208 section 2.6.3: the domain allows the client";
            case "fail" -> "RFC 7208 section 2.6.4: the domain says that the client is not allowed";
            case "softfail" -> "RFC 7208 section 2.6.5: the domain says that the client is probably not allowed";
            case "temperror" -> "RFC 7208 section 2.6.6: a lookup failed for the moment";
            default -> "RFC 7208 section 2.6.7: the published record is wrong";
        };
    }
}
