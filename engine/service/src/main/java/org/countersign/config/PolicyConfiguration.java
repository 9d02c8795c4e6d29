package org.countersign.config;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.policy.IndirectFlow;
import org.countersign.policy.PolicyExample;
import org.countersign.policy.PolicyRules;
import org.countersign.policy.PolicySettings;
import org.countersign.policy.QuarantineAction;
import org.countersign.policy.Rule;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * The operator's part of the rules that decide about inbound mail.
 *
 * @param settings of the built-in rules: {@code protect}, {@code indirect-flow}, {@code quarantine}, {@code help-url},
 *     and in the section {@code dmarc} everything that is not about finding policies
 * @param rules {@code rules}, in their order
 * @param examples {@code examples}
 */
public record PolicyConfiguration(PolicySettings settings, List<Rule> rules, List<PolicyExample> examples) {
    static final ValueType<AddressPattern> DOMAINS = ValueType.of(
            "a domain, the domains below one or all, such as example.org, \"*.example.org\" or \"*\"",
            AddressPattern::parseDomain,
            "`example.org`, `\"*.example.org\"` or `\"*\"`");

    // A pattern that matches every domain would trust forgers too.
    private static final ValueType<AddressPattern> SOME_DOMAINS = ValueType.of(
            "a domain or the domains below one, such as example.org or \"*.example.org\"",
            text -> AddressPattern.parseDomain(text).filter(pattern -> !(pattern instanceof AddressPattern.Any)),
            "`example.org` or `\"*.example.org\"`");

    private static final ValueType<String> URL =
            ValueType.of("an address such as https://example.org/mail-help", PolicyConfiguration::url, "URL");
    private static final int MAX_URL = 150;

    /** The values of {@code indirect-flow.then}. */
    private enum IndirectAction {
        QUARANTINE,
        ACCEPT;

        static IndirectAction of(DmarcPolicy policy) {
            return policy == DmarcPolicy.NONE ? ACCEPT : QUARANTINE;
        }

        DmarcPolicy policy() {
            return this == ACCEPT ? DmarcPolicy.NONE : DmarcPolicy.QUARANTINE;
        }
    }

    private static final Section<PolicySettings> SETTINGS =
            Section.atTopLevel(PolicySettings.DEFAULT, PolicyConfiguration::readSettings);

    public PolicyConfiguration {
        rules = List.copyOf(rules);
        examples = List.copyOf(examples);
    }

    static PolicyConfiguration read(SectionReader root) {
        PolicySettings settings = SETTINGS.read(root);
        List<Rule> rules = RuleReader.read(root, settings);
        return new PolicyConfiguration(settings, rules, ExampleReader.read(root));
    }

    /** All rules, including the built-in ones. */
    public PolicyRules policyRules() {
        return PolicyRules.of(settings, rules);
    }

    /** Evaluates the rules for every example. */
    public List<PolicyExample.Trial> tryExamples() {
        PolicyRules all = policyRules();
        return examples.stream().map(example -> example.tryWith(all)).toList();
    }

    /** A line for each example whose result is not the expected one; a policy with such an example must not be used. */
    public List<String> failedExamples() {
        return tryExamples().stream()
                .flatMap(trial -> trial.difference().stream()
                        .map(difference -> trial.example().location() + ": the example "
                                + Escapes.printable(trial.example().name()) + ": " + difference
                                + "; run countersign policy test for details"))
                .toList();
    }

    private static PolicySettings readSettings(SettingReader<PolicySettings> keys) {
        SettingReader<PolicySettings> dmarc = keys.in("dmarc");
        return new PolicySettings(
                keys.setting(
                                "protect",
                                "Your own domains, with all domains below them. Mail from outside with such an Author Domain"
                                        + " needs an aligned pass.")
                        .list(ValueType.DOMAIN_NAME, PolicySettings::protect),
                treatAs(dmarc.in("treat-as")),
                patterns(
                        dmarc.setting(
                                "fail-open",
                                "Author Domains whose mail is accepted while DMARC cannot be evaluated, whatever their policy."),
                        DOMAINS,
                        PolicySettings::failOpen),
                patterns(
                        dmarc.setting(
                                "fail-closed",
                                "Author Domains whose mail is deferred for as long as DMARC cannot be evaluated. `[\"*\"]`: all"
                                        + " domains."),
                        DOMAINS,
                        PolicySettings::failClosed),
                dmarc.setting("on-reject", "What to do with mail that fails DMARC where the policy is reject.")
                        .keyword(PolicySettings::onReject, List.of(DmarcPolicy.values())),
                indirectFlow(keys.in("indirect-flow")),
                keys.in("indirect-flow")
                        .setting("then", "What to do with mail that fails DMARC but came through one of them.")
                        .keyword(settings -> IndirectAction.of(settings.onIndirect()), List.of(IndirectAction.values()))
                        .policy(),
                keys.setting(
                                "quarantine",
                                "`mark`: quarantined mail is delivered with the field `X-Countersign-Verdict`. `hold`: the mail"
                                        + " server holds it, if it can.")
                        .keyword(PolicySettings::quarantineAction, List.of(QuarantineAction.values())),
                keys.setting("help-url", "A page for senders whose mail was rejected, which replies refer to.")
                        .value(URL, PolicySettings::helpUrl));
    }

    private static AddressPatterns patterns(
            SettingReader<PolicySettings>.Declaration setting,
            ValueType<AddressPattern> type,
            Function<PolicySettings, AddressPatterns> accessor) {
        return AddressPatterns.of(
                setting.list(type, settings -> accessor.apply(settings).patterns()));
    }

    private static IndirectFlow indirectFlow(SettingReader<PolicySettings> keys) {
        SettingReader<PolicySettings> forwarders = keys.in("forwarders");
        return new IndirectFlow(
                patterns(
                        keys.setting(
                                "trusted-sealers",
                                "Domains whose results in an ARC chain are trusted, by the domain of the seal."),
                        SOME_DOMAINS,
                        settings -> settings.indirect().sealers()),
                forwarders
                        .setting("networks", "The client networks of known forwarders.")
                        .list(
                                ValueType.IP_NETWORK,
                                settings -> settings.indirect().networks()),
                patterns(
                        forwarders.setting(
                                "mail-from", "The MAIL FROM domains of known forwarders, recognized where SPF passes."),
                        SOME_DOMAINS,
                        settings -> settings.indirect().mailFrom()),
                patterns(
                        forwarders.setting(
                                "dkim-domain",
                                "The signing domains of known forwarders, recognized by a valid DKIM signature."),
                        SOME_DOMAINS,
                        settings -> settings.indirect().signers()));
    }

    private static Map<DmarcPolicy, AddressPatterns> treatAs(SettingReader<PolicySettings> keys) {
        Map<DmarcPolicy, AddressPatterns> treated = new EnumMap<>(DmarcPolicy.class);
        // In the order of the built-in rules.
        for (DmarcPolicy policy : List.of(DmarcPolicy.NONE, DmarcPolicy.REJECT, DmarcPolicy.QUARANTINE)) {
            AddressPatterns patterns = patterns(
                    keys.setting(
                            policy.keyword(),
                            "Author Domains that are treated as if they published the policy " + policy.keyword()
                                    + "."),
                    DOMAINS,
                    settings -> settings.treatAs().getOrDefault(policy, AddressPatterns.NONE));
            for (AddressPattern pattern : patterns.patterns()) {
                treated.forEach((earlier, others) -> {
                    if (others.covers(AddressPatterns.of(List.of(pattern)))) {
                        keys.report(
                                policy.keyword(),
                                pattern + " is treated as " + earlier.keyword() + " already",
                                "keep it in one of the lists");
                    }
                });
            }
            if (!patterns.isEmpty()) {
                treated.put(policy, patterns);
            }
        }
        return treated;
    }

    private static Optional<String> url(String text) {
        return Optional.of(text)
                .filter(url -> url.startsWith("https://") || url.startsWith("http://"))
                .filter(url -> url.length() <= MAX_URL
                        && url.chars().allMatch(c -> Ascii.isVisible(c) && "<>\"\\".indexOf(c) < 0));
    }
}
