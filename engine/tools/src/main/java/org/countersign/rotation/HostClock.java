package org.countersign.rotation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/** Reads the clocks of this host. On Linux the time since the start of the system comes from {@code /proc}. */
public final class HostClock implements Supplier<ClockReading> {
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final InstantSource clock;

    /**
     * @param clock the time of day
     */
    public HostClock(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ClockReading get() {
        try {
            String uptime = Files.readString(UPTIME, StandardCharsets.US_ASCII);
            String boot = Files.readString(BOOT, StandardCharsets.US_ASCII).strip();
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            // Whole seconds, as the file of states has them: sums of differences stay exact.
            return new ClockReading(time(), boot, Duration.ofSeconds((long) seconds));
        } catch (IOException | RuntimeException notLinux) {
            return new ClockReading(time(), "", Duration.ZERO);
        }
    }

    private Instant time() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
