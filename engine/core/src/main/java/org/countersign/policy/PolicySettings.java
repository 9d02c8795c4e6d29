package org.countersign.policy;

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
}
