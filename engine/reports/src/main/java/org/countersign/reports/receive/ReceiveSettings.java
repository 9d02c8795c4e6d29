package org.countersign.reports.receive;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.ReadLimits;

/**
 * The section {@code reports.receive} of the policy file: which reports are taken.
 *
 * @param about {@code about}: domains that reports may be about, in addition to those that the policy file protects or signs
 * @param authservIds {@code authserv-ids}: names whose results of authentication are believed
 * @param maxReportSize {@code max-report-size}: octets of a report after unpacking
 * @param limits how much is taken on one day
 * @param keep for how long it is kept
 * @param imap {@code imap}: a mailbox to read
 */
public record ReceiveSettings(
        List<DomainName> about,
        List<String> authservIds,
        long maxReportSize,
        DailyLimits limits,
        Keep keep,
        ImapSettings imap) {
    private static final int MAX_REPORTS = 1_000_000;
    private static final Duration MIN_KEPT = Duration.ofDays(1);
    private static final Duration MAX_KEPT = Duration.ofDays(4_000);
    private static final long MAX_ROWS = 1_000_000_000;

    /**
     * How much is taken on one day in UTC.
     *
     * @param reports {@code max-reports-per-reporter}: reports of one authenticated reporter
     * @param rows {@code max-rows-per-reporter}: rows of one authenticated reporter
     * @param strangers {@code max-unauthenticated}: reports of all senders that are not authenticated
     */
    public record DailyLimits(int reports, int rows, int strangers) {
        static final DailyLimits DEFAULT = new DailyLimits(200, 500_000, 1000);
    }

    /**
     * For how long reports are kept after they came.
     *
     * @param reports {@code keep}: aggregate reports
     * @param failures {@code keep-failures}: failure reports, which have header fields of messages
     */
    public record Keep(Duration reports, Duration failures) {
        static final Keep DEFAULT = new Keep(Duration.ofDays(400), Duration.ofDays(30));
    }

    /** Reports about our own domains, and no mailbox. */
    public static final ReceiveSettings DEFAULT =
            new ReceiveSettings(List.of(), List.of(), 32L << 20, DailyLimits.DEFAULT, Keep.DEFAULT, ImapSettings.NONE);

    /** Declares the section. */
    public static final Section<ReceiveSettings> SECTION = Section.of("receive", DEFAULT, ReceiveSettings::read);

    private static final ValueType<String> AUTHSERV_ID = ValueType.of(
            "a name such as mx.example.org",
            text -> Optional.of(text).filter(name -> !name.isBlank() && name.length() <= 255),
            "name");

    public ReceiveSettings {
        about = List.copyOf(about);
        authservIds = List.copyOf(authservIds);
    }

    private static ReceiveSettings read(SettingReader<ReceiveSettings> keys) {
        return new ReceiveSettings(
                keys.setting(
                                "about",
                                "Domains that reports may be about, with all domains below them, in addition to those of"
                                        + " `protect` and `signing.keys`. Reports about other domains are refused.")
                        .list(ValueType.DOMAIN_NAME, ReceiveSettings::about),
                keys.setting(
                                "authserv-ids",
                                "Further names whose `Authentication-Results` field tells who sent a report, such as that"
                                        + " of a provider whose mailbox is read. Without it they are `authserv-id` and its"
                                        + " aliases, or else the name of the mail server in the topmost `Received` field."
                                        + " Without such a field the message is verified when it is read.")
                        .list(AUTHSERV_ID, ReceiveSettings::authservIds),
                keys.setting("max-report-size", "The maximum size of a report after unpacking.")
                        .size(ReceiveSettings::maxReportSize, 1L << 20, 256L << 20),
                new DailyLimits(
                        keys.setting(
                                        "max-reports-per-reporter",
                                        "How many reports of one authenticated reporter are taken a day. One report is about"
                                                + " one domain and one day: with more than 200 domains, raise it.")
                                .count(settings -> settings.limits.reports, 1, MAX_REPORTS),
                        keys.setting(
                                        "max-rows-per-reporter",
                                        "How many rows of reports of one authenticated reporter are taken a day.")
                                .count(settings -> settings.limits.rows, 1, (int) MAX_ROWS),
                        keys.setting(
                                        "max-unauthenticated",
                                        "How many reports are taken a day from all senders that are not authenticated. They"
                                                + " are kept apart, and views leave them out.")
                                .count(settings -> settings.limits.strangers, 0, MAX_REPORTS)),
                new Keep(
                        keys.setting("keep", "For how long aggregate reports are kept after they came.")
                                .duration(settings -> settings.keep.reports, MIN_KEPT, MAX_KEPT),
                        keys.setting(
                                        "keep-failures",
                                        "For how long failure reports are kept. They have header fields of messages.")
                                .duration(settings -> settings.keep.failures, MIN_KEPT, MAX_KEPT)),
                keys.section(ImapSettings.SECTION));
    }

    /** How large the reports are that a process with this heap reads, in octets. */
    public ReceiveCapacity capacity(long heap) {
        return new ReceiveCapacity(heap, maxReportSize);
    }

    /** The limits for one message or file. */
    ReceiveLimits messageLimits() {
        return ReceiveLimits.DEFAULT.withUnpacked(maxReportSize);
    }

    /** The limits for one document. */
    ReadLimits documentLimits() {
        ReceiveLimits limits = messageLimits();
        return new ReadLimits(limits.unpacked(), limits.rows(ReadLimits.DEFAULT.maxRows()));
    }
}
