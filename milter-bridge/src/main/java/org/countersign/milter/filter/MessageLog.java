package org.countersign.milter.filter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.countersign.AuthenticationOutcome;
import org.countersign.Conclusion;
import org.countersign.SigningOutcome;
import org.countersign.dkim.DkimResult;
import org.countersign.dmarc.RequestedPolicy;
import org.countersign.message.AuthorDomain;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.policy.Decision;
import org.countersign.policy.PolicyFacts;

/**
 * One line for each message, as pairs of key and value that the log's own format writes and escapes. The keys
 * are documented in {@code docs/log.md}.
 */
public final class MessageLog implements Consumer<FinishedMessage> {
    private static final Logger LOG = System.getLogger("countersign.message");
    private static final int MOST_SIGNATURES = 4;

    @Override
    public void accept(FinishedMessage message) {
        if (!LOG.isLoggable(Level.INFO)) {
            return;
        }
        Envelope envelope = message.envelope();
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("queue-id", message.queueId());
        pairs.put("client", client(envelope));
        pairs.put("helo", envelope.helo());
        pairs.put("mail-from", envelope.mailFrom().toString());
        pairs.put("recipients", Integer.toString(message.recipients()));
        pairs.put("body-octets", Long.toString(message.bodyOctets()));
        switch (message.conclusion()) {
            case AuthenticationOutcome outcome -> judged(pairs, outcome);
            case SigningOutcome outcome -> signed(pairs, envelope, outcome);
            case Conclusion.Untouched untouched -> pairs.put("flow", "internal");
        }
        decided(pairs, message.conclusion().decision());
        pairs.put("ms", Long.toString(message.took().toMillis()));
        LOG.log(Level.INFO, "message", pairs.entrySet().toArray());
    }

    private static String client(Envelope envelope) {
        return switch (envelope.clientAddress()) {
            case ClientAddress.Ip ip ->
                envelope.clientName() + "[" + ip.address().getHostAddress() + "]";
            case ClientAddress.Local local -> "local";
            case ClientAddress.Unknown unknown -> "unknown";
        };
    }

    private static void judged(Map<String, String> pairs, AuthenticationOutcome outcome) {
        PolicyFacts facts = outcome.facts();
        pairs.put("flow", "inbound");
        pairs.put("author", author(facts.author()));
        pairs.put("spf", facts.spf().keyword());
        pairs.put("dkim", dkim(facts.signatures()));
        pairs.put("dmarc", facts.dmarcKeyword());
        facts.dmarc()
                .flatMap(dmarc -> dmarc.evidence().requested())
                .map(RequestedPolicy::applied)
                .ifPresent(policy -> pairs.put("policy", policy.keyword()));
        pairs.put("forged", Integer.toString(outcome.forged()));
        pairs.put("dns-questions", Integer.toString(outcome.lookups().size()));
    }

    private static void signed(Map<String, String> pairs, Envelope envelope, SigningOutcome outcome) {
        pairs.put("flow", "outbound");
        pairs.put("user", envelope.macros().authenticatedUser().orElse("-"));
        pairs.put("author", author(outcome.author()));
        pairs.put(
                "signed-by",
                outcome.signedBy().stream()
                        .map(identity -> identity.keyName().toString())
                        .collect(Collectors.joining(",")));
    }

    private static void decided(Map<String, String> pairs, Decision decision) {
        pairs.put("verdict", decision.verdict().keyword());
        if (decision.held()) {
            pairs.put("would-be", decision.judged().keyword());
        }
        pairs.put("rule", decision.rule());
        pairs.put("reason", decision.reason());
    }

    private static String author(AuthorDomain author) {
        return switch (author) {
            case AuthorDomain.Single single -> single.domain().toString();
            case AuthorDomain.Ambiguous ambiguous -> "ambiguous";
            case AuthorDomain.Missing missing -> "missing";
        };
    }

    private static String dkim(List<DkimResult> signatures) {
        if (signatures.isEmpty()) {
            return "none";
        }
        String shown = signatures.stream()
                .limit(MOST_SIGNATURES)
                .map(result -> result.keyword()
                        + result.signature().sdid().map(sdid -> ":" + sdid).orElse(""))
                .collect(Collectors.joining(","));
        return signatures.size() > MOST_SIGNATURES ? shown + ",..." : shown;
    }
}
