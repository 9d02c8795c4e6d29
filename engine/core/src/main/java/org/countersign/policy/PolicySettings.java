package org.countersign.policy;

import java.util.List;
import java.util.Map;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.DomainName;

/**
 * What an operator has set of the built-in rules.
 *
 * @param protect domains of the operator's own: mail from outside as one of them, or as one below, must prove it
 * @param treatAs Author Domains that are treated as if they published another policy
 * @param failOpen Author Domains whose mail is accepted where DMARC cannot be evaluated for trouble with the DNS
 * @param failClosed Author Domains whose mail has to wait then
 * @param onReject what becomes of mail that fails while the policy to apply is reject: reject, quarantine or none
 * @param indirect the forwarders, lists and sealers that are known
 * @param onIndirect what becomes of mail that fails but came through one of them: quarantine, or none for acceptance
 * @param quarantining what quarantine is
 * @param helpUrl where a sender who was refused may read more
 */
public record PolicySettings(
        List<DomainName> protect,
        Map<DmarcPolicy, AddressPatterns> treatAs,
        AddressPatterns failOpen,
        AddressPatterns failClosed,
        DmarcPolicy onReject,
        IndirectFlow indirect,
        DmarcPolicy onIndirect,
        QuarantineAction quarantining,
        String helpUrl) {
    /** What holds where nothing is set. */
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
