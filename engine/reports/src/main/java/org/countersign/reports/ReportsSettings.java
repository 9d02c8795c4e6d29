package org.countersign.reports;

import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.reports.send.SendSettings;

/**
 * The section {@code reports} of the policy file.
 *
 * @param send {@code send}: whether and how aggregate reports are sent
 */
public record ReportsSettings(SendSettings send) {
    /** Nothing is sent. */
    public static final ReportsSettings DEFAULT = new ReportsSettings(SendSettings.OFF);

    /** Declares the section. */
    public static final Section<ReportsSettings> SECTION = Section.of("reports", DEFAULT, ReportsSettings::read);

    private static ReportsSettings read(SettingReader<ReportsSettings> keys) {
        return new ReportsSettings(keys.section(SendSettings.SECTION));
    }
}
