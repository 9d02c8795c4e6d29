package org.countersign.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.milter.filter.MessageLogSettings;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSettingsTest {
    private static ParsedConfiguration parse(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), FrontEnd.of(LogSettings.SECTION));
    }

    private static LogSettings settings(String text) {
        return LogSettings.of(((ParsedConfiguration.Valid) parse(text)).configuration());
    }

    @Test
    void withoutASectionTheLogGoesToStandardError() {
        assertThat(settings("")).isEqualTo(LogSettings.DEFAULT);
    }

    @Test
    void readsEverySetting() {
        assertThat(settings("log: { to: file, format: json, level: warning, facility: local3, messages: not-accepted,"
                        + " recipients: 3, addresses: false, file: /var/log/x.log, socket: /run/log }"))
                .isEqualTo(new LogSettings(
                        LogSettings.Destination.FILE,
                        Optional.of(LogSettings.Format.JSON),
                        LogSettings.Threshold.WARNING,
                        SyslogFacility.LOCAL3,
                        Optional.of("/var/log/x.log"),
                        Optional.of("/run/log"),
                        new MessageLogSettings(MessageLogSettings.Selection.NOT_ACCEPTED, 3, false)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to: file           | mx.yaml:1: log.to: is file, and there is no log.file; add file: /var/log/countersign",
                "to: stdout         | mx.yaml:1: log.to: expected stderr or syslog or journal or file",
                "file: x.log        | mx.yaml:1: log.file: expected the absolute name of a file",
                "recipients: 101    | mx.yaml:1: log.recipients: expected a whole number from 0 to 100",
                "facility: kern     | mx.yaml:1: log.facility: expected user or mail or daemon or",
            })
    void reportsEachInvalidValue(String settings, String expected) {
        ParsedConfiguration.Invalid invalid = (ParsedConfiguration.Invalid) parse("log: { " + settings + " }");
        assertThat(invalid.problems()).singleElement().asString().startsWith(expected);
    }
}
