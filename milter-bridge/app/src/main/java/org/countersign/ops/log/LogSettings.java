package org.countersign.ops.log;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.countersign.config.Configuration;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.milter.filter.AcceptedRecipients;
import org.countersign.milter.filter.MessageLogSettings;

/**
 * The section {@code log} of the policy file.
 *
 * @param to {@code log.to}: where lines are written
 * @param format {@code log.format}: how a line looks; empty for the one that suits the destination
 * @param level {@code log.level}: the lowest level of events that are logged
 * @param facility {@code log.facility}: the facility for syslog and the journal
 * @param file {@code log.file}: the name of the log file, for {@code to: file}
 * @param socket {@code log.socket}: the socket of syslog or of the journal; empty for that of the system
 * @param message the other keys: which messages have a line, and what is in it
 */
public record LogSettings(
        Destination to,
        Optional<Format> format,
        Threshold level,
        SyslogFacility facility,
        Optional<String> file,
        Optional<String> socket,
        MessageLogSettings message) {
    /** Lines for standard error, one for each message. */
    static final LogSettings DEFAULT = new LogSettings(
            Destination.STDERR,
            Optional.empty(),
            Threshold.INFO,
            SyslogFacility.MAIL,
            Optional.empty(),
            Optional.empty(),
            MessageLogSettings.DEFAULT);

    /** Declares the section. */
    public static final Section<LogSettings> SECTION = Section.of("log", DEFAULT, LogSettings::read);

    private static final ValueType<String> FILE =
            ValueType.of("the absolute name of a file", LogSettings::absolute, "file");

    /** Where lines are written. */
    enum Destination {
        STDERR,
        SYSLOG,
        JOURNAL,
        FILE
    }

    /** How a line looks. */
    enum Format {
        LOGFMT,
        JSON,
        SHORT
    }

    /** The lowest level that is logged. */
    enum Threshold {
        DEBUG,
        INFO,
        WARNING,
        ERROR;

        Level level() {
            return switch (this) {
                case DEBUG -> Level.FINE;
                case INFO -> Level.INFO;
                case WARNING -> Level.WARNING;
                case ERROR -> Level.SEVERE;
            };
        }
    }

    /** The settings of a file that was read with {@link #SECTION}. */
    public static LogSettings of(Configuration configuration) {
        return configuration.extension(SECTION);
    }

    /** The file that lines are written to; empty if they go elsewhere. */
    public Optional<Path> logFile() {
        return to == Destination.FILE ? file.map(Path::of) : Optional.empty();
    }

    /** The socket that lines are sent to; empty if they go elsewhere. */
    public Optional<Path> logSocket() {
        return switch (to) {
            case SYSLOG -> Optional.of(Path.of(socket.orElse("/dev/log")));
            case JOURNAL -> Optional.of(Path.of(socket.orElse("/run/systemd/journal/socket")));
            case STDERR, FILE -> Optional.empty();
        };
    }

    /** Whether lines look the same and go to the same place. */
    boolean hasRouteOf(LogSettings other) {
        return to == other.to
                && format.equals(other.format)
                && facility == other.facility
                && file.equals(other.file)
                && socket.equals(other.socket);
    }

    private static Optional<String> absolute(String text) {
        return Optional.of(text).filter(name -> name.startsWith("/") && name.indexOf('\0') < 0);
    }

    private static LogSettings read(SettingReader<LogSettings> keys) {
        Destination to = keys.setting(
                        "to",
                        "Where the log goes: standard error, syslog by `/dev/log`, the journal of systemd, or a file.")
                .keyword(LogSettings::to, List.of(Destination.values()));
        Optional<Format> format = keys.setting(
                        "format",
                        "How a line looks: pairs of key and value, a JSON object, or a short line for people.")
                .optional(ValueType.keyword(List.of(Format.values())), "`logfmt`; `short` on a terminal");
        Threshold level = keys.setting("level", "The lowest level of the events that are logged.")
                .keyword(LogSettings::level, List.of(Threshold.values()));
        MessageLogSettings.Selection messages = keys.setting(
                        "messages",
                        "Which messages have a line. `not-accepted`: those whose verdict is not `accept`, or would not be"
                                + " in mode `enforce`.")
                .keyword(settings -> settings.message().messages(), List.of(MessageLogSettings.Selection.values()));
        int recipients = keys.setting("recipients", "How many recipients the line of a message names.")
                .count(settings -> settings.message().recipients(), 0, AcceptedRecipients.MAX_KEPT);
        boolean addresses = keys.setting(
                        "addresses",
                        "Whether lines of messages have e-mail addresses and user names. Otherwise they have the domains"
                                + " of senders only.")
                .flag(settings -> settings.message().addresses());
        SyslogFacility facility = keys.setting("facility", "The facility for `to: syslog` and `to: journal`.")
                .keyword(LogSettings::facility, List.of(SyslogFacility.values()));
        Optional<String> file = keys.setting(
                        "file",
                        "The log file for `to: file`. Its directory must exist, and the user of the service must be able to"
                                + " write there.")
                .optional(FILE, "none");
        Optional<String> socket = keys.setting("socket", "The socket for `to: syslog` or `to: journal`.")
                .optional(FILE, "`/dev/log` or `/run/systemd/journal/socket`");
        if (to == Destination.FILE && file.isEmpty()) {
            keys.report("to", "is file, and there is no log.file", "add file: /var/log/countersign/countersign.log");
        }
        return new LogSettings(
                to, format, level, facility, file, socket, new MessageLogSettings(messages, recipients, addresses));
    }
}
