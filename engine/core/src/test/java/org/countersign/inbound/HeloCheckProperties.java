package org.countersign.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.Client;
import org.countersign.MessageLimits;
import org.countersign.SmtpTransaction;
import org.countersign.dns.StaticZone;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.MessageFacts;
import org.countersign.smtp.HeaderField;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfProblem;
import org.countersign.testing.ManualClock;

/** What the check of HELO must not change, for any records and any budget. */
class HeloCheckProperties {
    private static final int NAMES = 5;

    /** The records of n0.example to n4.example, which refer to each other. */
    @Provide
    Arbitrary<List<String>> records() {
        return Arbitraries.of(
                        "include:n1.example",
                        "include:n3.example",
                        "a:n2.example",
                        "a:nowhere.example",
                        "mx:n0.example",
                        "exists:%{ir}.n4.example",
                        "redirect=n2.example",
                        "?all")
                .list()
                .ofMaxSize(6)
                .map(terms -> "v=spf1 " + String.join(" ", terms))
                .list()
                .ofSize(NAMES);
    }

    @Property(tries = 300)
    void itNeverChangesTheResultOfOtherDomains(
            @ForAll("records") List<String> records,
            @ForAll @IntRange(min = 1, max = 12) int budget,
            @ForAll @IntRange(max = NAMES - 1) int helo) {
        StaticZone.Builder zone = StaticZone.builder();
        addRecords(zone, records, ".example");
        addRecords(zone, records, ".sender.example");
        MessageFacts with = judge(zone.build(), budget, true, "n" + helo + ".example", "n0.sender.example");
        MessageFacts without = judge(zone.build(), budget, false, "n" + helo + ".example", "n0.sender.example");
        assertThat(with.helo()).isPresent();
        assertThat(with.spf()).isEqualTo(without.spf());
    }

    /** A query of both checks is made once, so the check of HELO may help that of MAIL FROM but never harm it. */
    @Property(tries = 300)
    void itNeverRemovesAResult(
            @ForAll("records") List<String> records,
            @ForAll @IntRange(min = 1, max = 12) int budget,
            @ForAll @IntRange(max = NAMES - 1) int helo) {
        StaticZone.Builder zone = StaticZone.builder();
        addRecords(zone, records, ".example");
        MessageFacts with = judge(zone.build(), budget, true, "n" + helo + ".example", "n0.example");
        MessageFacts without = judge(zone.build(), budget, false, "n" + helo + ".example", "n0.example");
        if (!without.spf().problem().equals(Optional.of(SpfProblem.QUERY_BUDGET_SPENT))) {
            assertThat(with.spf()).isEqualTo(without.spf());
        }
    }

    private static void addRecords(StaticZone.Builder zone, List<String> records, String suffix) {
        for (int i = 0; i < NAMES; i++) {
            zone.txt("n" + i + suffix, records.get(i).replace(".example", suffix))
                    .mx("n" + i + suffix, i, "n" + (NAMES - 1 - i) + suffix);
        }
    }

    private static MessageFacts judge(StaticZone dns, int budget, boolean checkHelo, String helo, String domain) {
        Client.Ip client = new Client.Ip(IpNetwork.parseAddress("192.0.2.1").orElseThrow(), "");
        SmtpTransaction transaction = new SmtpTransaction(
                client, helo, ReversePath.parse("a@" + domain), Optional.empty(), "", "mx.receiver.example");
        InboundChecks checks = InboundChecks.of(
                InboundSettings.DEFAULT
                        .withLimits(new MessageLimits(100, 10_000, budget, MessageLimits.DEFAULT.deadline()))
                        .withSpf(new SpfSettings(checkHelo, SpfLimits.DEFAULT)),
                dns,
                ManualClock.started());
        try (InboundMessage mail = new InboundMessage(checks, transaction)) {
            // An author without a domain, so that DMARC makes no query.
            mail.header(HeaderField.of("From", " nobody"));
            mail.endOfHeaders();
            return mail.conclude().facts();
        }
    }
}
