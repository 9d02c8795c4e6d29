package org.countersign.reports.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.domain.AddressPattern;
import org.junit.jupiter.api.Test;

/** Which reports the operator's limits and choices leave out. */
class SendLimitsTest extends SendingTestBase {
    @Test
    void obeysTheLimitsForAnAddressAnOrganizationAndADay() throws Exception {
        zone.txt("*._report._dmarc.processor.example", "v=DMARC1");
        for (int i = 0; i < 6; i++) {
            publish("s" + i + ".wild.example", "mailto:box@wild.example,mailto:a@processor.example", 1);
            zone.txt("s" + i + ".wild.example._report._dmarc.processor.example", "v=DMARC1");
        }
        zone.txt("_dmarc.wild.example", "v=DMARC1; p=none");
        publish("other.example", "mailto:box@other.example", 1);
        publish("last.example", "mailto:box@last.example", 1);
        SendFixture sender = sender();
        sender.settings = SendFixture.with(SendSettings.OFF.choice(), new SendSettings.Limits(5, 2, 3));
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.reports()).hasSize(5);
        assertThat(sender.deliveries().stream().filter(line -> line.startsWith("box@wild.example")))
                .hasSize(2);
        assertThat(sender.deliveries()).hasSizeLessThanOrEqualTo(5);
        assertThat(sender.events.getFirst().pairs()).containsKeys("omitted-organization-limit", "omitted-day-limit");
    }

    @Test
    void leavesOutWhatTheOperatorExcludes() throws Exception {
        publish("one.example", "mailto:" + BOX, 1);
        publish("two.example", "mailto:dmarc@two.example", 5);
        publish("three.example", "mailto:dmarc@three.example", 5);
        SendFixture sender = sender();
        sender.settings = SendFixture.with(
                new SendSettings.Choice(
                        List.of(new AddressPattern.Any()),
                        List.of(AddressPattern.parse("two.example").orElseThrow()),
                        List.of(AddressPattern.parse("dmarc@three.example").orElseThrow()),
                        2,
                        true),
                SendSettings.OFF.limits());
        try (SendRun run = sender.open("a")) {
            sender.runUntil(run, EVENING);
        }
        assertThat(sender.mails).isEmpty();
        assertThat(sender.reports()).containsExactly("three.example dropped reports.send.not-to excludes an address");
        assertThat(sender.events.getFirst().pairs())
                .containsEntry("omitted-not-about", 1L)
                .containsEntry("omitted-few-messages", 1L);
    }

    @Test
    void keepsAGapBetweenMessagesToOneDomain() throws Exception {
        StaticZone.Builder same = zone;
        for (int i = 0; i < 5; i++) {
            SendFixture.asking(same, "s" + i + ".one.example", "mailto:" + BOX);
            StoredDay.add(store, SendFixture.DAY, "s" + i + ".one.example", 1, true);
        }
        zone.txt("_dmarc.one.example", "v=DMARC1; p=none");
        SendFixture sender = sender();
        try (SendRun run = sender.open("a")) {
            StoredDay.update(store, "UPDATE report_out SET next_at = 0");
            run.pass(sender.policy());
            StoredDay.update(store, "UPDATE report_out SET next_at = 0");
            sender.runUntil(run, EVENING);
        }
        List<Instant> times =
                sender.mails.stream().map(SendFixture.Mail::at).sorted().toList();
        assertThat(times).hasSize(5);
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i))).isGreaterThanOrEqualTo(Dispatcher.SPACING);
        }
    }
}
