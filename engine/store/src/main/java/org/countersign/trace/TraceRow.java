package org.countersign.trace;

import java.util.ArrayList;
import java.util.List;
import org.countersign.MessageOutcome;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;
import org.countersign.explain.MessageExplanation;
import org.countersign.message.AuthorDomain;
import org.countersign.policy.Decision;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * One message as it is stored. Texts are in printing US-ASCII and bounded, because senders choose some of them.
 *
 * @param client 4 or 16 octets; none if unknown
 * @param wouldBe the verdict of the rules if {@code mode: monitor} did not carry it out, else empty
 * @param explanation in the form of {@link ExplanationCodec}
 */
record TraceRow(
        long id,
        String queueId,
        long messageKey,
        String author,
        String mailFrom,
        Octets client,
        String verdict,
        String wouldBe,
        String rule,
        String flow,
        Octets explanation) {
    private static final int MAX_COLUMN = 255;
    private static final int MAX_RECIPIENTS = 50;

    /** Computes the explanation of a message and compresses it. */
    static TraceRow of(TracedMessage message, long id, boolean addresses, ExplanationCodec codec) {
        Explanation.Group tree =
                MessageExplanation.full(message.outcome(), message.dns()).put("message", message(message, addresses));
        String flow = tree.members().get("flow") instanceof Explanation.Text(String word) ? word : "";
        Explanation.Group kept = BoundedTree.of(addresses ? tree : AddressMask.mask(tree, message));
        Decision decision = message.outcome().decision();
        return new TraceRow(
                id,
                column(message.queueId()),
                MessageKey.of(message.messageId()),
                author(message.outcome()),
                mailFrom(message.mailFrom()),
                AddressMask.client(message, addresses)
                        .map(address -> Octets.wrap(address.getAddress()))
                        .orElse(Octets.EMPTY),
                decision.verdict().keyword(),
                decision.isSuppressedByMonitor() ? decision.ruled().keyword() : "",
                column(decision.rule()),
                flow,
                Octets.wrap(codec.encode(kept)));
    }

    /** A text as it is stored and searched. */
    static String column(String text) {
        return Escapes.printable(text, MAX_COLUMN);
    }

    private static String author(MessageOutcome outcome) {
        return switch (outcome) {
            case MessageOutcome.Judged judged -> author(judged.facts().author());
            case MessageOutcome.Signed signed -> author(signed.author());
            case MessageOutcome.PassedThrough unread -> "";
            case MessageOutcome.Unevaluated unread -> "";
        };
    }

    private static String author(AuthorDomain author) {
        return author instanceof AuthorDomain.Single single
                ? column(single.domain().toString())
                : "";
    }

    private static String mailFrom(String address) {
        return ReversePath.parse(address) instanceof ReversePath.Address path
                ? column(path.domain().map(DomainName::toString).orElse(path.domainText()))
                : "";
    }

    /** What the mail server told about the message, which the outcome does not have. */
    private static Explanation.Group message(TracedMessage message, boolean addresses) {
        Explanation.Group group =
                new Explanation.Group().text("time", message.time()).text("queue-id", message.queueId());
        textIfAny(group, "message-id", message.messageId());
        textIfAny(group, "host", message.host());
        AddressMask.client(message, addresses)
                .ifPresent(client -> group.text("client", IpNetwork.renderAddress(client)));
        textIfAny(group, "client-name", message.clientName());
        textIfAny(group, "helo", message.helo());
        group.text("mail-from", ReversePath.parse(message.mailFrom()));
        List<Explanation> recipients = new ArrayList<>();
        for (int i = 0; i < Math.min(MAX_RECIPIENTS, message.recipients().size()); i++) {
            recipients.add(new Explanation.Text(message.recipients().get(i)));
        }
        group.put("recipients", new Explanation.Items(recipients));
        group.put("recipient-count", new Explanation.Count(message.recipientCount()));
        textIfAny(group, "user", message.user());
        return group.put("body-octets", new Explanation.Count(message.bodyOctets()))
                .put("ms", new Explanation.Count(message.took().toMillis()));
    }

    private static void textIfAny(Explanation.Group group, String key, String text) {
        if (!text.isEmpty()) {
            group.text(key, text);
        }
    }
}
