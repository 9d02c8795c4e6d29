package org.countersign.policy;

import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.policy.AlternativeDecision.Change;

/** Tries changes of the policy file, each by itself. */
final class PolicyChanges {
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
        if (messageFacts.wasSentByAuthorDomain()) {
            indirectFlow();
        }
        onReject();
        ruleAbsent();
        analysis.tryMode(policy.mode() == Mode.ENFORCE ? Mode.MONITOR : Mode.ENFORCE);
    }

    private void indirectFlow() {
        analysis.facts().connection().client().ifPresent(client -> {
            KnownRelay host = new KnownRelay.Host(client);
            analysis.tryRules(
                    Change.KNOWN_CLIENT,
                    "you know " + host.value() + " as a forwarder or mailing list, and list it under " + host.setting(),
                    host.addedTo(rules));
        });
        for (KnownRelay sealer : KnownRelay.sealers(analysis.facts())) {
            analysis.tryRules(
                    Change.TRUSTED_SEALER,
                    "you trust the ARC sealer " + sealer.value() + ", and list it under " + sealer.setting(),
                    sealer.addedTo(rules));
        }
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
