package org.countersign.reports.receive;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;

/**
 * The section {@code reports.receive.imap} of the policy file: a mailbox that reports are sent to.
 *
 * @param host {@code host}: the IMAP server; empty for no mailbox
 * @param port {@code port}; empty for that of the security
 * @param security {@code security}
 * @param caFile {@code ca-file}: certificates to trust in place of those of the Java runtime
 * @param user {@code user}
 * @param passwordFile {@code password-file}
 * @param mailbox {@code mailbox}: the name of the mailbox
 * @param then {@code then}: what happens to a message that was read
 * @param moveTo {@code move-to}: the mailbox for {@link Then#MOVE}
 * @param interval {@code interval}: how often new messages are looked for
 */
public record ImapSettings(
        Optional<String> host,
        Optional<Integer> port,
        Security security,
        Optional<String> caFile,
        Optional<String> user,
        Optional<String> passwordFile,
        String mailbox,
        Then then,
        Optional<String> moveTo,
        Duration interval) {
    /** How the connection is protected. */
    public enum Security {
        /** TLS from the start (RFC 8314). */
        TLS,
        /** TLS after STARTTLS, without which the connection ends. */
        STARTTLS,
        /** No TLS, which is only allowed to this machine. */
        NONE
    }

    /** What happens to a message once what it contains is in the store. */
    public enum Then {
        /** Nothing: it is only remembered. */
        LEAVE,
        /** It is flagged as seen. */
        SEEN,
        /** It is moved to another mailbox. */
        MOVE,
        /** It is deleted. */
        DELETE
    }

    /** No mailbox. */
    static final ImapSettings NONE = new ImapSettings(
            Optional.empty(),
            Optional.empty(),
            Security.TLS,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "INBOX",
            Then.SEEN,
            Optional.empty(),
            Duration.ofMinutes(5));

    static final Section<ImapSettings> SECTION = Section.of("imap", NONE, ImapSettings::read);

    private static final int MAX_PORT = 65_535;
    private static final ValueType<String> FILE = ValueType.of("the name of a file", ValueType.TEXT::parse, "file");
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    /** Whether a mailbox is read. */
    public boolean isOn() {
        return host.isPresent();
    }

    private static ImapSettings read(SettingReader<ImapSettings> keys) {
        ImapSettings settings = new ImapSettings(
                keys.setting("host", "The IMAP server of a mailbox that reports are sent to.")
                        .optional(ValueType.TEXT, "no mailbox is read"),
                keys.setting("port", "Its port.").optional(ValueType.integer(1, MAX_PORT), "993, with STARTTLS 143"),
                keys.setting(
                                "security",
                                "`tls`: TLS from the start. `starttls`: TLS after STARTTLS, and never without. `none`: only"
                                        + " to `127.0.0.1`, `::1` or `localhost`.")
                        .keyword(ImapSettings::security, List.of(Security.values())),
                keys.setting("ca-file", "A PEM file with the certificates to trust.")
                        .optional(FILE, "those of the Java runtime"),
                keys.setting("user", "The user to log in as.").optional(ValueType.TEXT, "none"),
                keys.setting(
                                "password-file",
                                "The file with the password of this user. Only the user of the service may be able to read"
                                        + " it. `credential:NAME` is a credential of systemd.")
                        .optional(FILE, "none"),
                keys.setting("mailbox", "The mailbox to read. Reading does not change it.")
                        .value(ValueType.TEXT, ImapSettings::mailbox),
                keys.setting(
                                "then",
                                "What happens to a message once its reports are in the store, or it is refused: `leave`,"
                                        + " `seen`, `move` or `delete`.")
                        .keyword(ImapSettings::then, List.of(Then.values())),
                keys.setting("move-to", "The mailbox that `then: move` moves messages to. It must exist.")
                        .optional(ValueType.TEXT, "none"),
                keys.setting("interval", "How often to look for new messages.")
                        .duration(ImapSettings::interval, Duration.ofSeconds(10), Duration.ofDays(1)));
        settings.check(keys);
        return settings;
    }

    private void check(SettingReader<ImapSettings> keys) {
        if (!isOn()) {
            return;
        }
        if (user.isEmpty() || passwordFile.isEmpty()) {
            keys.report("host", "is given without user and password-file", "add both");
        }
        if (security == Security.NONE && host.filter(LOOPBACK::contains).isEmpty()) {
            keys.report(
                    "security",
                    "is none for a server of another machine, so that its network sees the password",
                    "write tls or starttls");
        }
        if ((then == Then.MOVE) != moveTo.isPresent()) {
            keys.report("then", "is move without move-to, or move-to is given without it", "give both or neither");
        }
    }
}
