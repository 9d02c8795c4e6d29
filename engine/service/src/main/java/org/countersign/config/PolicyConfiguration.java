package org.countersign.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * What a policy file says about decisions.
 *
 * @param settings {@code protect}, {@code indirect-flow}, {@code quarantine}, {@code help-url}, and of the section
 *     {@code dmarc} what is not about finding policies
 * @param rules {@code rules}, in their order
 * @param examples {@code examples}
 */
public record PolicyConfiguration(PolicySettings settings, List<Rule> rules, List<PolicyExample> examples) {
    static final PolicyConfiguration DEFAULT = new PolicyConfiguration(PolicySettings.DEFAULT, List.of(), List.of());

    static final ValueType<AddressPattern> DOMAINS = ValueType.of(
            "a domain, the domains below one or all, such as example.org, \"*.example.org\" or \"*\"",
            AddressPattern::parseDomain);

    // Who trusts everybody trusts the forger.
    private static final ValueType<AddressPattern> SOME_DOMAINS = ValueType.of(
            "a domain or the domains below one, such as example.org or \"*.example.org\"",
            text -> AddressPattern.parseDomain(text).filter(pattern -> !(pattern instanceof AddressPattern.Any)));

    private static final ValueType<String> URL =
            ValueType.of("an address such as https://example.org/mail-help", PolicyConfiguration::url);
    private static final int MAX_URL = 150;

    /** What becomes of mail that came by a known way. */
    private enum Indirectly {
        QUARANTINE,
        ACCEPT
    }

    public PolicyConfiguration {
        rules = List.copyOf(rules);
        examples = List.copyOf(examples);
    }

    static PolicyConfiguration read(ConfigSection root) {
        PolicySettings settings = readSettings(root);
        List<Rule> rules = RuleReader.read(root, settings);
        return new PolicyConfiguration(settings, rules, ExampleReader.read(root));
    }

    /** All rules, those that are built in included. */
    public PolicyRules policyRules() {
        return PolicyRules.of(settings, rules);
    }

    /** Tries the rules with every example. */
    public List<PolicyExample.Trial> tryExamples() {
        PolicyRules all = policyRules();
        return examples.stream().map(example -> example.tryWith(all)).toList();
    }

    /** A line for each example that does not come out as expected, with its place; a policy that has any is not to be used. */
    public List<String> failedExamples() {
        return tryExamples().stream()
                .flatMap(trial -> trial.difference().stream()
                        .map(difference -> trial.example().place() + ": the example "
                                + Escapes.printable(trial.example().name()) + ": " + difference
                                + "; see what countersign policy test says"))
                .toList();
    }

    private static PolicySettings readSettings(ConfigSection root) {
        PolicySettings defaults = PolicySettings.DEFAULT;
        ConfigSection dmarc = root.section("dmarc");
        ConfigSection indirect = root.section("indirect-flow");
        return new PolicySettings(
                root.list("protect", ValueType.DOMAIN_NAME, defaults.protect()),
                treatAs(dmarc.section("treat-as")),
                AddressPatterns.of(dmarc.list("fail-open", DOMAINS, List.of())),
                AddressPatterns.of(dmarc.list("fail-closed", DOMAINS, List.of())),
                dmarc.value("on-reject", ValueType.keyword(List.of(DmarcPolicy.values())), defaults.onReject()),
                flow(indirect),
                indirect.value("then", ValueType.keyword(List.of(Indirectly.values())), Indirectly.QUARANTINE)
                                == Indirectly.ACCEPT
                        ? DmarcPolicy.NONE
                        : DmarcPolicy.QUARANTINE,
                root.value(
                        "quarantine", ValueType.keyword(List.of(QuarantineAction.values())), defaults.quarantining()),
                root.value("help-url", URL, defaults.helpUrl()));
    }

    private static IndirectFlow flow(ConfigSection indirect) {
        ConfigSection forwarders = indirect.section("forwarders");
        return new IndirectFlow(
                AddressPatterns.of(indirect.list("trusted-sealers", SOME_DOMAINS, List.of())),
                forwarders.list("networks", ValueType.IP_NETWORK, List.of()),
                AddressPatterns.of(forwarders.list("mail-from", SOME_DOMAINS, List.of())),
                AddressPatterns.of(forwarders.list("dkim-domain", SOME_DOMAINS, List.of())));
    }

    private static Map<DmarcPolicy, AddressPatterns> treatAs(ConfigSection section) {
        Map<DmarcPolicy, AddressPatterns> treated = new EnumMap<>(DmarcPolicy.class);
        // In the order in which the built-in rules ask.
        for (DmarcPolicy policy : List.of(DmarcPolicy.NONE, DmarcPolicy.REJECT, DmarcPolicy.QUARANTINE)) {
            List<AddressPattern> patterns = new ArrayList<>();
            for (AddressPattern pattern : section.list(policy.keyword(), DOMAINS, List.of())) {
                treated.forEach((earlier, others) -> {
                    if (others.covers(AddressPatterns.of(List.of(pattern)))) {
                        section.report(section.location(policy.keyword())
                                .problem(
                                        pattern + " is treated as " + earlier.keyword() + " already",
                                        "keep it in one of the lists"));
                    }
                });
                patterns.add(pattern);
            }
            if (!patterns.isEmpty()) {
                treated.put(policy, AddressPatterns.of(patterns));
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
