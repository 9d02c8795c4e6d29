package org.countersign.policy;

import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcChain;
import org.countersign.arc.ArcSet;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.keys.SignatureFailure;
import org.countersign.policy.AlternativeDecision.Change;

/** Tries changes of the policy file, each by itself. */
final class PolicyChanges {
    // The newest ones are closest to this system.
    private static final int MAX_SEALERS = 3;

    private final SensitivityAnalysis analysis;
    private final MessageFacts messageFacts;
    private final LocalPolicy policy;
    private final PolicyRules rules;

    PolicyChanges(SensitivityAnalysis analysis, MessageFacts messageFacts, LocalPolicy policy) {
        this.analysis = analysis;
        this.messageFacts = messageFacts;
        this.policy = policy;
        this.rules = policy.rules();
    }

    void tryAll() {
        if (wasSentByAuthorDomain()) {
            indirectFlow();
        }
        onReject();
        ruleAbsent();
        analysis.tryMode(policy.mode() == Mode.ENFORCE ? Mode.MONITOR : Mode.ENFORCE);
    }

    /**
     * Whether a signature proves that the Author Domain sent the message, before it was changed on its way. Without the
     * proof, a forger's client and a forger's ARC Sets look the same as those of a mailing list.
     */
    private boolean wasSentByAuthorDomain() {
        Optional<DomainName> author = analysis.facts().authorDomain();
        return author.isPresent()
                && messageFacts.signatures().stream()
                        .filter(result -> result.failure()
                                .filter(SignatureFailure::isOfChangedMessage)
                                .isPresent())
                        .flatMap(result -> result.signature().sdid().stream())
                        .anyMatch(signer -> signer.equals(author.get()));
    }

    private void indirectFlow() {
        PolicySettings settings = rules.settings();
        IndirectFlow flow = settings.indirect();
        analysis.facts().connection().client().ifPresent(client -> {
            IpNetwork host = IpNetwork.of(client, 8 * client.getAddress().length);
            analysis.tryRules(
                    Change.KNOWN_CLIENT,
                    "you know " + IpNetwork.renderAddress(client)
                            + " as a forwarder or mailing list, and list it under indirect-flow.forwarders.networks",
                    rules.with(settings.withIndirect(flow.withNetwork(host))));
        });
        for (DomainName sealer : newestSealers(analysis.facts().chain())) {
            analysis.tryRules(
                    Change.TRUSTED_SEALER,
                    "you trust the ARC sealer " + sealer + ", and list it under indirect-flow.trusted-sealers",
                    rules.with(settings.withIndirect(flow.withSealer(sealer))));
        }
    }

    private static List<DomainName> newestSealers(Optional<ArcChain> chain) {
        return chain.stream()
                .flatMap(pass -> pass.sets().reversed().stream())
                .map(ArcSet::sealer)
                .distinct()
                .limit(MAX_SEALERS)
                .toList();
    }

    private void onReject() {
        PolicySettings settings = rules.settings();
        for (DmarcPolicy other : DmarcPolicy.values()) {
            if (other != settings.onReject()) {
                analysis.tryRules(
                        Change.ON_REJECT,
                        "dmarc.on-reject were " + other.keyword(),
                        rules.with(settings.withOnReject(other)));
            }
        }
    }

    private void ruleAbsent() {
        Rule deciding = rules.first(analysis.facts());
        switch (deciding.origin().kind()) {
            case OPERATOR ->
                analysis.tryRules(
                        Change.RULE_ABSENT,
                        "there were no rule " + deciding.name() + " ("
                                + deciding.origin().location() + ")",
                        rules.without(deciding));
            case SETTING -> analysis.facts().authorDomain().ifPresent(author -> settingAbsent(deciding.name(), author));
            case UNCONDITIONAL, BUILT_IN -> {}
        }
    }

    /** A setting enables several rules, so that the message may meet another one of them. */
    private void settingAbsent(String rule, DomainName author) {
        PolicySettings settings = rules.settings();
        switch (rule) {
            case "protect", "protect-undecided" -> unlisted("protect", author, settings.withoutProtect(author));
            case "treat-as-none", "treat-as-deferred", "treat-as-reject", "treat-as-quarantine" ->
                unlisted("dmarc.treat-as", author, settings.withoutTreatAs(author));
            case "fail-open" -> unlisted("dmarc.fail-open", author, settings.withoutFailOpen(author));
            case "fail-closed" -> unlisted("dmarc.fail-closed", author, settings.withoutFailClosed(author));
            default ->
                analysis.tryRules(
                        Change.UNLISTED,
                        "indirect-flow listed nothing",
                        rules.with(settings.withIndirect(IndirectFlow.NONE)));
        }
    }

    private void unlisted(String setting, DomainName author, PolicySettings without) {
        analysis.tryRules(Change.UNLISTED, setting + " did not list " + author, rules.with(without));
    }
}
