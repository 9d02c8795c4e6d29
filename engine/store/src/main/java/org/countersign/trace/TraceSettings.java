package org.countersign.trace;

import java.time.Duration;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;

/**
 * The section {@code trace} of the policy file: for how long the explanations of messages are kept.
 *
 * @param days {@code trace.days}; 0 for no trace
 * @param maxSize {@code trace.max-size}: the maximum size of the store in octets
 * @param addresses {@code trace.addresses}: whether the trace has addresses of people and of clients
 */
public record TraceSettings(int days, long maxSize, boolean addresses) {
    /** No trace. */
    public static final TraceSettings DEFAULT = new TraceSettings(0, 512L << 20, true);

    /** Declares the section. */
    public static final Section<TraceSettings> SECTION = Section.of("trace", DEFAULT, TraceSettings::read);

    private static final int MAX_DAYS = 400;
    private static final long MIN_SIZE = 1L << 20;
    private static final long MAX_SIZE = 1L << 40;

    private static TraceSettings read(SettingReader<TraceSettings> keys) {
        return new TraceSettings(
                keys.setting(
                                "days",
                                "For how many days the explanation of each message is kept, for `countersign why`. `0`: there"
                                        + " is no trace.")
                        .count(TraceSettings::days, 0, MAX_DAYS),
                keys.setting("max-size", "The maximum size of the store. Beyond it the oldest messages are removed.")
                        .size(TraceSettings::maxSize, MIN_SIZE, MAX_SIZE),
                keys.setting(
                                "addresses",
                                "Whether the trace has addresses. `false` leaves out recipients, users, host names of clients"
                                        + " and the part before `@` of all addresses, and keeps only the network of each"
                                        + " client (/24, /48).")
                        .flag(TraceSettings::addresses));
    }

    /** Whether messages are traced. */
    public boolean isOn() {
        return days > 0;
    }

    Duration age() {
        return Duration.ofDays(days);
    }
}
