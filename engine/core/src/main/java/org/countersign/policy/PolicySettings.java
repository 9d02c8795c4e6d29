package org.countersign.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;

/**
 * The settings of the built-in rules.
 *
 * @param protect domains of the operator; mail from outside with such an Author Domain, or one below, needs an aligned
 *     pass
 * @param treatAs Author Domains that are treated as if they published a different policy
 * @param failOpen Author Domains whose mail is accepted if DMARC ends in a temporary error
 * @param failClosed Author Domains whose mail is deferred if DMARC ends in a temporary error
 * @param onReject the policy for mail that fails if the policy to apply is reject: reject, quarantine or none
 * @param indirect the forwarders, mailing lists and sealers that are known
 * @param onIndirect the policy for mail that fails but was relayed by one of them: quarantine, or none for acceptance
 * @param quarantineAction the action of quarantine
 * @param helpUrl a page with more information for a sender whose mail was refused
 */
public record PolicySettings(
        List<DomainName> protect,
        Map<DmarcPolicy, AddressPatterns> treatAs,
        AddressPatterns failOpen,
        AddressPatterns failClosed,
        DmarcPolicy onReject,
        IndirectFlow indirect,
        DmarcPolicy onIndirect,
        QuarantineAction quarantineAction,
        String helpUrl) {
    /** The defaults. */
    public static final PolicySettings DEFAULT = new PolicySettings(
            List.of(),
            Map.of(),
            AddressPatterns.NONE,
            AddressPatterns.NONE,
            DmarcPolicy.REJECT,
            IndirectFlow.NONE,
            DmarcPolicy.QUARANTINE,
            QuarantineAction.MARK,
            "https://www.rfc-editor.org/info/rfc9989");

    public PolicySettings {
        protect = List.copyOf(protect);
        treatAs = Map.copyOf(treatAs);
    }

    /** These settings with another policy for mail that fails where the policy is reject. */
    PolicySettings withOnReject(DmarcPolicy other) {
        return new PolicySettings(
                protect, treatAs, failOpen, failClosed, other, indirect, onIndirect, quarantineAction, helpUrl);
    }

    /** These settings without protection of a domain and those above it. */
    PolicySettings withoutProtect(DomainName author) {
        List<DomainName> others =
                protect.stream().filter(domain -> !author.isWithin(domain)).toList();
        return new PolicySettings(
                others, treatAs, failOpen, failClosed, onReject, indirect, onIndirect, quarantineAction, helpUrl);
    }

    /** These settings in which a domain is treated as it publishes. */
    PolicySettings withoutTreatAs(DomainName author) {
        Map<DmarcPolicy, AddressPatterns> others = new EnumMap<>(DmarcPolicy.class);
        treatAs.forEach((policy, domains) -> others.put(policy, without(domains, author)));
        return new PolicySettings(
                protect, others, failOpen, failClosed, onReject, indirect, onIndirect, quarantineAction, helpUrl);
    }

    /** These settings in which a domain is not accepted for a temporary error. */
    PolicySettings withoutFailOpen(DomainName author) {
        return new PolicySettings(
                protect,
                treatAs,
                without(failOpen, author),
                failClosed,
                onReject,
                indirect,
                onIndirect,
                quarantineAction,
                helpUrl);
    }

    /** These settings in which a domain is not always deferred for a temporary error. */
    PolicySettings withoutFailClosed(DomainName author) {
        return new PolicySettings(
                protect,
                treatAs,
                failOpen,
                without(failClosed, author),
                onReject,
                indirect,
                onIndirect,
                quarantineAction,
                helpUrl);
    }

    private static AddressPatterns without(AddressPatterns patterns, DomainName author) {
        return AddressPatterns.of(patterns.patterns().stream()
                .filter(pattern -> !pattern.matches("", author))
                .toList());
    }

    /** These settings with other known forwarders, mailing lists and sealers. */
    PolicySettings withIndirect(IndirectFlow other) {
        return new PolicySettings(
                protect, treatAs, failOpen, failClosed, onReject, other, onIndirect, quarantineAction, helpUrl);
    }
}
