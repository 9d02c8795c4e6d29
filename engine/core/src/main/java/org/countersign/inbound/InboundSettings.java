package org.countersign.inbound;

import org.countersign.MessageLimits;
import org.countersign.dkim.DkimLimits;
import org.countersign.policy.Mode;
import org.countersign.policy.PolicyRules;

/**
 * How mail from outside is judged.
 *
 * @param limits the work that one message may cause
 * @param authserv the names under which results are added, and forged results are found
 * @param receivedSpf whether Received-SPF fields are added in addition to Authentication-Results (RFC 7208 §9.1)
 * @param spf how SPF is checked
 * @param dkim which signatures are verified, those of ARC included
 * @param dmarc how DMARC is evaluated
 * @param mode whether decisions are enforced or only recorded
 * @param rules the rules that decide about a message
 */
public record InboundSettings(
        MessageLimits limits,
        AuthservSettings authserv,
        boolean receivedSpf,
        SpfSettings spf,
        DkimLimits dkim,
        DmarcSettings dmarc,
        Mode mode,
        PolicyRules rules) {
    /** Records decisions of the default rules and enforces none. */
    public static final InboundSettings DEFAULT = new InboundSettings(
            MessageLimits.DEFAULT,
            AuthservSettings.DEFAULT,
            false,
            SpfSettings.DEFAULT,
            DkimLimits.DEFAULT,
            DmarcSettings.DEFAULT,
            Mode.MONITOR,
            PolicyRules.DEFAULT);

    /** These settings with other limits. */
    public InboundSettings withLimits(MessageLimits other) {
        return new InboundSettings(other, authserv, receivedSpf, spf, dkim, dmarc, mode, rules);
    }

    /** These settings with this authserv-id. */
    public InboundSettings withAuthservId(String authservId) {
        return withAuthserv(new AuthservSettings(authservId, authserv.aliases(), authserv.subdomains()));
    }

    /** These settings with other names of this system. */
    public InboundSettings withAuthserv(AuthservSettings other) {
        return new InboundSettings(limits, other, receivedSpf, spf, dkim, dmarc, mode, rules);
    }

    /** These settings with or without Received-SPF fields. */
    public InboundSettings withReceivedSpf(boolean other) {
        return new InboundSettings(limits, authserv, other, spf, dkim, dmarc, mode, rules);
    }

    /** These settings with other settings of SPF. */
    InboundSettings withSpf(SpfSettings other) {
        return new InboundSettings(limits, authserv, receivedSpf, other, dkim, dmarc, mode, rules);
    }

    /** These settings with other settings of DMARC. */
    public InboundSettings withDmarc(DmarcSettings other) {
        return new InboundSettings(limits, authserv, receivedSpf, spf, dkim, other, mode, rules);
    }

    /** These settings with another mode. */
    public InboundSettings withMode(Mode other) {
        return new InboundSettings(limits, authserv, receivedSpf, spf, dkim, dmarc, other, rules);
    }

    /** These settings with other rules. */
    public InboundSettings withRules(PolicyRules other) {
        return new InboundSettings(limits, authserv, receivedSpf, spf, dkim, dmarc, mode, other);
    }
}
