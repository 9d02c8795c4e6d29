package org.countersign.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.countersign.MessageOutcome;
import org.countersign.arc.ArcResult;
import org.countersign.dkim.DkimResult;
import org.countersign.message.AuthorDomain;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Decision;
import org.countersign.policy.MessageFacts;

/** Summarizes an outcome for one line of a log, the same for all front ends. The keys are described in {@code docs/log.md}. */
public final class LogFields {
    private static final int MAX_SIGNATURES = 4;

    private LogFields() {}

    /**
     * Pairs of key and value in the order in which a log writes them. The values are not escaped: the writer of the log
     * escapes them.
     */
    public static SequencedMap<String, String> of(MessageOutcome outcome) {
        SequencedMap<String, String> pairs = new LinkedHashMap<>();
        pairs.put("flow", MessageExplanation.flow(outcome));
        switch (outcome) {
            case MessageOutcome.Judged inbound -> inbound(pairs, inbound);
            case MessageOutcome.Signed outbound -> outbound(pairs, outbound);
            case MessageOutcome.PassedThrough untouched -> {}
            case MessageOutcome.Unevaluated unread -> {}
        }
        decision(pairs, outcome.decision());
        return pairs;
    }

    private static void inbound(Map<String, String> pairs, MessageOutcome.Judged outcome) {
        MessageFacts facts = outcome.facts();
        author(pairs, facts.author());
        pairs.put("spf", facts.spf().keyword());
        facts.spf().problem().ifPresent(problem -> pairs.put("spf-problem", problem.keyword()));
        pairs.put("spf-reason", facts.spf().explain());
        facts.spf().explanation().ifPresent(words -> pairs.put("spf-explanation", words));
        facts.helo().ifPresent(helo -> pairs.put("spf-helo", helo.keyword()));
        pairs.put("dkim", dkim(facts.signatures()));
        pairs.put("dmarc", facts.dmarcKeyword());
        facts.dmarc()
                .flatMap(dmarc -> dmarc.evidence().appliedPolicy())
                .ifPresent(policy -> pairs.put("policy", policy.keyword()));
        facts.dmarc()
                .flatMap(dmarc -> dmarc.evidence().comparison())
                .filter(comparison -> !comparison.differences().isEmpty())
                .ifPresent(comparison -> pairs.put("dmarc-shadow", comparison.summary()));
        pairs.put("arc", arc(facts.arc()));
        outcome.seal()
                .ifPresent(seal -> pairs.put(
                        "sealed", seal.instance() + ":" + seal.status().keyword()));
        pairs.put("forged", Integer.toString(outcome.forged()));
        pairs.put("dns-questions", Integer.toString(outcome.lookups().size()));
    }

    private static void outbound(Map<String, String> pairs, MessageOutcome.Signed outcome) {
        author(pairs, outcome.author());
        pairs.put(
                "signed-by",
                outcome.signedBy().stream()
                        .map(identity -> identity.keyName().toString())
                        .collect(Collectors.joining(",")));
        if (!outcome.hazards().isEmpty()) {
            pairs.put(
                    "hazards",
                    outcome.hazards().stream()
                            .sorted()
                            .map(TransportHazard::keyword)
                            .collect(Collectors.joining(",")));
        }
    }

    private static void decision(Map<String, String> pairs, Decision decision) {
        pairs.put("verdict", decision.verdict().keyword());
        if (decision.isSuppressedByMonitor()) {
            pairs.put("would-be", decision.ruled().keyword());
        }
        pairs.put("rule", decision.rule());
        pairs.put("reason", decision.reason());
    }

    private static void author(Map<String, String> pairs, AuthorDomain author) {
        switch (author) {
            case AuthorDomain.Single single -> {
                pairs.put("author", single.domain().toString());
                single.spelling()
                        .ifPresent(odd ->
                                pairs.put("author-spelling", odd.problem().keyword()));
            }
            case AuthorDomain.Ambiguous ambiguous -> pairs.put("author", "ambiguous");
            case AuthorDomain.Missing missing -> pairs.put("author", "missing");
        }
        author.problemKind().ifPresent(kind -> pairs.put("author-problem", kind.keyword()));
    }

    private static String arc(ArcResult arc) {
        return arc instanceof ArcResult.Pass pass
                ? arc.keyword() + ":" + pass.chain().newest().sealer()
                : arc.keyword();
    }

    private static String dkim(List<DkimResult> signatures) {
        if (signatures.isEmpty()) {
            return "none";
        }
        StringJoiner results = new StringJoiner(",");
        for (DkimResult result : signatures.subList(0, Math.min(MAX_SIGNATURES, signatures.size()))) {
            results.add(result.keyword()
                    + result.signature().sdid().map(sdid -> ":" + sdid).orElse(""));
        }
        if (signatures.size() > MAX_SIGNATURES) {
            results.add("...");
        }
        return results.toString();
    }
}
