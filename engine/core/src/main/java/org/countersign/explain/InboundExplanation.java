package org.countersign.explain;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.countersign.MessageOutcome;
import org.countersign.dns.DnsTrace;
import org.countersign.dns.LookupTrace;
import org.countersign.domain.IpNetwork;
import org.countersign.message.AuthorDomain;
import org.countersign.message.AuthorProblem;
import org.countersign.policy.AlternativeDecision;
import org.countersign.policy.Connection;
import org.countersign.policy.Envelope;
import org.countersign.policy.MessageFacts;
import org.countersign.policy.SensitivityAnalysis;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.StrayOctet;

/** Explains an inbound message: each result with its evidence, the header edits and the DNS lookups. */
final class InboundExplanation {
    private InboundExplanation() {}

    static void addTo(Explanation.Group tree, MessageOutcome.Judged outcome) {
        MessageFacts facts = outcome.facts();
        if (facts.persistentTemperror()) {
            tree.flag("persistent-temperror", true);
        }
        if (facts.report()) {
            tree.flag("report", true);
        }
        tree.put("author", author(facts.author()))
                .put("spf", SpfExplanation.of(facts.spf()))
                .group("spf-helo", facts.helo(), SpfExplanation::of)
                .list("dkim", facts.signatures(), DkimExplanation::of)
                .put("dmarc", DmarcExplanation.of(facts))
                .put("arc", ArcExplanation.of(facts.arc()))
                .put("connection", connection(facts.connection()))
                .put("envelope", envelope(facts.envelope()))
                .put(
                        "identities",
                        new Explanation.Group()
                                .text("sender", facts.identities().sender())
                                .text("list-id", facts.identities().listId()))
                .flag("header-too-large", facts.headerTooLarge())
                .flag("too-many-forged", facts.tooManyForged())
                .group("stray-octet", facts.strayOctet(), InboundExplanation::strayOctet)
                .count("forged", outcome.forged())
                .list("edits", outcome.edits(), InboundExplanation::edit)
                .group("seal", outcome.seal(), ArcExplanation::seal)
                .list("dns", sorted(outcome.lookups()), InboundExplanation::lookup);
    }

    /** Adds what only a full explanation has. */
    static void addDetailsTo(Explanation.Group tree, MessageOutcome.Judged outcome, DnsTrace dns) {
        MessageFacts facts = outcome.facts();
        tree.put("spf", SpfExplanation.full(facts.spf()))
                .group("spf-helo", facts.helo(), SpfExplanation::full)
                .list("dkim", facts.signatures(), DkimExplanation::full)
                .put("dmarc", DmarcExplanation.full(facts))
                .list("alternatives", SensitivityAnalysis.of(facts, outcome.policy()), InboundExplanation::alternative)
                .put("dns", DnsExplanation.of(dns, outcome.lookups()))
                .count("dns-omitted", dns.omitted());
        RulesExplanation.addTo(tree, outcome);
    }

    private static Explanation alternative(AlternativeDecision alternative) {
        return new Explanation.Group()
                .word("change", alternative.change())
                .word("by", alternative.party())
                .word("effect", alternative.effect())
                .text("verdict", alternative.decision().verdict().keyword())
                .text("judged", alternative.decision().ruled().keyword())
                .text("rule", alternative.decision().rule())
                .text("explain", alternative.explain());
    }

    static Explanation.Group author(AuthorDomain author) {
        Explanation.Group tree = new Explanation.Group();
        switch (author) {
            case AuthorDomain.Single single -> {
                tree.text("finding", "single").text("domain", single.domain()).texts("addresses", single.addresses());
                single.spelling()
                        .ifPresent(odd -> tree.word("problem", odd.problem()).text("detail", odd.detail()));
            }
            case AuthorDomain.Ambiguous ambiguous ->
                tree.text("finding", "ambiguous")
                        .word("problem", ambiguous.problem())
                        .text("detail", ambiguous.detail())
                        .texts("domains", ambiguous.domains());
            case AuthorDomain.Missing missing ->
                tree.text("finding", "missing")
                        .word("problem", missing.problem())
                        .text("detail", missing.detail())
                        .flag("empty-field", missing.emptyField());
        }
        return tree.text("problem-kind", author.problemKind().map(AuthorProblem::keyword))
                .text("explain", author.explain());
    }

    private static Explanation.Group connection(Connection connection) {
        return new Explanation.Group()
                .text("client", connection.client().map(IpNetwork::renderAddress))
                .text("host-name", Optional.of(connection.hostName()).filter(name -> !name.isEmpty()))
                .text("user", connection.user());
    }

    private static Explanation.Group envelope(Envelope envelope) {
        return new Explanation.Group()
                .text("mail-from", envelope.mailFrom())
                .text("helo", envelope.helo())
                .texts("recipients", envelope.recipients())
                .count("recipient-count", envelope.recipientCount());
    }

    private static Explanation strayOctet(StrayOctet stray) {
        return new Explanation.Group().text("kind", stray.kind().text()).text("field", stray.fieldName());
    }

    static Explanation edit(HeaderEdit edit) {
        Explanation.Group tree = new Explanation.Group();
        return switch (edit) {
            case HeaderEdit.Remove remove -> tree.text("remove", remove.name()).count("instance", remove.instance());
            case HeaderEdit.Prepend prepend ->
                tree.text("add", prepend.field().name())
                        .text("value", prepend.field().value().utf8());
        };
    }

    /** Sorted by query, because concurrent lookups finish in any order. */
    private static List<LookupTrace> sorted(List<LookupTrace> lookups) {
        return lookups.stream()
                .sorted(Comparator.comparing(lookup -> lookup.query().toString()))
                .toList();
    }

    private static Explanation lookup(LookupTrace lookup) {
        return new Explanation.Group().text("question", lookup.query()).text("answer", lookup.answer());
    }
}
