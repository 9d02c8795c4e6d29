package org.countersign.explain;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.countersign.AuthenticationOutcome;
import org.countersign.dns.LookupTrace;
import org.countersign.domain.IpNetwork;
import org.countersign.message.AuthorDomain;
import org.countersign.message.AuthorProblem;
import org.countersign.policy.Connection;
import org.countersign.policy.Decision;
import org.countersign.policy.Envelope;
import org.countersign.policy.MessageFacts;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.StrayOctet;

/** Every result of judging a message, with its evidence. The keys are described in {@code docs/check-json.md}. */
public final class MessageExplanation {
    private MessageExplanation() {}

    public static Explanation.Group of(AuthenticationOutcome outcome) {
        MessageFacts facts = outcome.facts();
        Explanation.Group tree = decision(outcome.decision());
        if (facts.persistentTemperror()) {
            tree.flag("persistent-temperror", true);
        }
        return tree.put("author", author(facts.author()))
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
                .group("stray-octet", facts.strayOctet(), MessageExplanation::strayOctet)
                .count("forged", outcome.forged())
                .list("edits", outcome.edits(), MessageExplanation::edit)
                .group("seal", outcome.seal(), ArcExplanation::seal)
                .list("dns", inOrder(outcome.lookups()), MessageExplanation::lookup);
    }

    public static Explanation.Group decision(Decision decision) {
        return new Explanation.Group()
                .text("verdict", decision.verdict().keyword())
                .text("judged", decision.judged().keyword())
                .text("reply", decision.judged().refusal())
                .text("rule", decision.rule())
                .text("reason", decision.reason());
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

    /** By question: those that are asked side by side are so in no order. */
    static List<LookupTrace> inOrder(List<LookupTrace> lookups) {
        return lookups.stream()
                .sorted(Comparator.comparing(lookup -> lookup.question().toString()))
                .toList();
    }

    private static Explanation lookup(LookupTrace lookup) {
        return new Explanation.Group().text("question", lookup.question()).text("answer", lookup.answer());
    }
}
