package org.countersign.inbound;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.AddressPatterns;
import org.countersign.domain.IpNetwork;
import org.countersign.policy.IndirectFlow;
import org.countersign.policy.PolicySettings;
import org.countersign.policy.QuarantineAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Settings of the policy file that change what becomes of mail for which DMARC cannot be evaluated. */
@Timeout(240)
class TemperrorSettingsTest extends TemperrorFixture {
    private static AddressPatterns bank() {
        return AddressPatterns.of(
                List.of(AddressPattern.parseDomain("bank.example").orElseThrow()));
    }

    private void set(AddressPatterns open, AddressPatterns closed, DmarcPolicy treat, DmarcPolicy onReject) {
        settings = new PolicySettings(
                List.of(),
                treat == DmarcPolicy.QUARANTINE && onReject == DmarcPolicy.NONE ? Map.of() : Map.of(treat, bank()),
                open,
                closed,
                onReject,
                new IndirectFlow(
                        AddressPatterns.NONE,
                        List.of(IpNetwork.parse("198.51.100.0/24").orElseThrow()),
                        AddressPatterns.NONE,
                        AddressPatterns.NONE),
                DmarcPolicy.QUARANTINE,
                QuarantineAction.MARK,
                "https://help.example/");
    }

    @Test
    void failOpenAcceptsAndFailClosedAlwaysDefers() {
        set(bank(), AddressPatterns.NONE, DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "accept", "fail-open");
        set(AddressPatterns.NONE, bank(), DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "fail-closed");
        clock.advance(Duration.ofDays(3));
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "fail-closed");
    }

    @Test
    void treatAsReplacesThePublishedPolicy() {
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.NONE, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "accept", "treat-as-none");
        dns = zone("v=DMARC1; p=none");
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "temperror", "tempfail", "treat-as-deferred");
        clock.advance(TWELVE_HOURS);
        assertDecided(forged(UNDECIDED), "temperror", "reject", "treat-as-reject");
    }

    @Test
    void treatAsAlsoLimitsTheDeferralOfADomainWithoutARecord() {
        dns = zone("no record");
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.REJECT, DmarcPolicy.REJECT);
        assertDecided(forged(UNDECIDED), "none", "tempfail", "treat-as-deferred");
        clock.advance(TWELVE_HOURS);
        assertDecided(forged(UNDECIDED), "none", "reject", "treat-as-reject");
    }

    @Test
    void aKnownForwarderCountsForAnAppliedPolicy() {
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.QUARANTINE, DmarcPolicy.NONE);
        settings = new PolicySettings(
                settings.protect(),
                Map.of(),
                settings.failOpen(),
                settings.failClosed(),
                DmarcPolicy.REJECT,
                settings.indirect(),
                settings.onIndirect(),
                settings.quarantineAction(),
                settings.helpUrl());
        String header = UNDECIDED + "From: ceo@bank.example\r\n";
        assertDecided(
                judge(header, "x@list.example", "198.51.100.7"), "temperror", "tempfail", "dmarc-temperror-deferred");
        clock.advance(TWELVE_HOURS);
        assertDecided(judge(header, "x@list.example", "198.51.100.7"), "temperror", "quarantine", "indirect-flow");
    }

    @Test
    void mailIsNotDeferredIfRejectIsNotEnforced() {
        set(AddressPatterns.NONE, AddressPatterns.NONE, DmarcPolicy.QUARANTINE, DmarcPolicy.NONE);
        assertDecided(forged(UNDECIDED), "temperror", "accept", "dmarc-temperror-accepted");
    }
}
