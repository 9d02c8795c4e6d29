package org.countersign.reports.send;

import java.util.List;
import java.util.Optional;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.DomainName;

/**
 * The section {@code reports.send}: who sends aggregate reports, to whom, and how many.
 *
 * @param from {@code from}: the author of reports; empty if none are sent
 * @param orgName {@code org-name}: the name of the reporting organization; empty for the domain of {@code from}
 * @param contact {@code contact}: further contact data in each report
 * @param server {@code server}: the mail server that reports are handed to
 * @param window {@code window}: when reports are sent
 * @param bounceAddresses {@code bounce-addresses}: whether each report has an envelope sender of its own
 * @param choice about which domains and to which addresses reports are sent
 * @param limits how many reports are sent in a day
 */
public record SendSettings(
        Optional<MailAddress> from,
        Optional<String> orgName,
        Optional<String> contact,
        MailServer server,
        SendWindow window,
        boolean bounceAddresses,
        Choice choice,
        Limits limits) {
    private static final int MAX_REPORTS = 10_000_000;
    private static final int MAX_TEXT = 200;
    // A token and the plus sign have to fit into the local part.
    private static final int MAX_FROM = 40;

    /**
     * About which domains and to which addresses reports are sent.
     *
     * @param onlyAbout {@code only-about}: patterns for the domain that publishes the policy
     * @param notAbout {@code not-about}: patterns for it
     * @param notTo {@code not-to}: patterns for the destination
     * @param minMessages {@code min-messages}: the number of messages that is worth a report
     * @param onlyKnownDomains {@code only-known-domains}: whether a domain gets reports only after a message of it has passed
     */
    public record Choice(
            List<AddressPattern> onlyAbout,
            List<AddressPattern> notAbout,
            List<AddressPattern> notTo,
            int minMessages,
            boolean onlyKnownDomains) {
        public Choice {
            onlyAbout = List.copyOf(onlyAbout);
            notAbout = List.copyOf(notAbout);
            notTo = List.copyOf(notTo);
        }

        boolean isAbout(DomainName domain) {
            return onlyAbout.stream().anyMatch(pattern -> pattern.matches("", domain))
                    && notAbout.stream().noneMatch(pattern -> pattern.matches("", domain));
        }

        boolean allows(MailAddress address) {
            return notTo.stream().noneMatch(pattern -> pattern.matches(address.localPart(), address.domain()));
        }
    }

    /**
     * How many reports are sent about one day.
     *
     * @param perDay {@code max-per-day}: to all destinations
     * @param perAddress {@code max-per-address}: to one address, unless its domain has agreed to take reports of others
     * @param perOrganization {@code max-per-organization}: about the domains of one organization
     */
    public record Limits(int perDay, int perAddress, int perOrganization) {}

    /** Nothing is sent. */
    public static final SendSettings OFF = new SendSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            MailServer.DEFAULT,
            SendWindow.DEFAULT,
            true,
            new Choice(List.of(new AddressPattern.Any()), List.of(), List.of(), 1, false),
            new Limits(10_000, 50, 100));

    /** Declares the section. */
    public static final Section<SendSettings> SECTION = Section.of("send", OFF, SendSettings::read);

    private static final ValueType<MailAddress> FROM = ValueType.of(
            "an address such as dmarc-noreply@reports.example.org, with at most " + MAX_FROM + " characters before @",
            text -> MailAddress.parse(text)
                    .filter(address -> address.localPart().length() <= MAX_FROM),
            "address");
    private static final ValueType<MailServer> SERVER =
            ValueType.of("a mail server such as 127.0.0.1:25", MailServer::parse, "host:port");
    private static final ValueType<SendWindow> WINDOW =
            ValueType.of("two times in UTC such as 00:30-06:00", SendWindow::parse, "HH:MM-HH:MM");
    private static final ValueType<AddressPattern> DOMAINS = ValueType.of(
            "a domain such as example.org, *.example.org or *",
            AddressPattern::parseDomain,
            "`example.org`, `*.example.org`, `*`");
    private static final ValueType<AddressPattern> ADDRESSES = ValueType.of(
            "an address or a domain such as dmarc@example.org, example.org or *.example.org",
            AddressPattern::parse,
            "address, `example.org`, `*.example.org`");
    private static final ValueType<String> NAME = ValueType.of(
            "a text of at most " + MAX_TEXT + " characters",
            text -> Optional.of(text).filter(name -> !name.isBlank() && name.length() <= MAX_TEXT),
            "text");

    /** Whether reports are sent. */
    public boolean isOn() {
        return from.isPresent();
    }

    private static SendSettings read(SettingReader<SendSettings> keys) {
        return new SendSettings(
                keys.setting(
                                "from",
                                "The address that aggregate reports are sent from. Without it none are sent. Its domain"
                                        + " needs a key in `signing.keys`, and should have a DMARC record without `rua`.")
                        .optional(FROM, "none are sent"),
                keys.setting("org-name", "The name of the organization that reports.")
                        .optional(NAME, "the domain of `from`"),
                keys.setting("contact", "More contact data in each report, such as the address of a web page.")
                        .optional(NAME, "none"),
                keys.setting(
                                "server",
                                "The mail server that reports are handed to by SMTP. The connection is not encrypted: name"
                                        + " a server of this machine or of a private network.")
                        .value(SERVER, SendSettings::server),
                keys.setting("window", "The hours in UTC over which the reports of a day are spread.")
                        .value(WINDOW, SendSettings::window),
                keys.setting(
                                "bounce-addresses",
                                "Whether each report has an envelope sender of its own: `from` with `+` and a token before"
                                        + " `@`. Mail to it tells that the report was not delivered.")
                        .flag(SendSettings::bounceAddresses),
                readChoice(keys),
                readLimits(keys));
    }

    private static Choice readChoice(SettingReader<SendSettings> keys) {
        return new Choice(
                keys.setting("only-about", "Domains whose policies are reported on.")
                        .nonEmptyList(DOMAINS, settings -> settings.choice.onlyAbout),
                keys.setting("not-about", "Domains whose policies are not reported on.")
                        .list(DOMAINS, settings -> settings.choice.notAbout),
                keys.setting("not-to", "Addresses that get no reports.")
                        .list(ADDRESSES, settings -> settings.choice.notTo),
                keys.setting("min-messages", "How many messages of a day are worth a report.")
                        .count(settings -> settings.choice.minMessages, 1, MAX_REPORTS),
                keys.setting(
                                "only-known-domains",
                                "Whether a domain gets reports only if a message of it has passed DMARC here. `true` also"
                                        + " keeps reports from the owners of domains that others only abuse.")
                        .flag(settings -> settings.choice.onlyKnownDomains));
    }

    private static Limits readLimits(SettingReader<SendSettings> keys) {
        return new Limits(
                keys.setting("max-per-day", "The maximum number of reports about one day. The largest ones are sent.")
                        .count(settings -> settings.limits.perDay, 1, MAX_REPORTS),
                keys.setting(
                                "max-per-address",
                                "The maximum number of reports about one day to one address. It does not apply to a"
                                        + " domain that has agreed by DNS to take the reports of others (RFC 9990 §4).")
                        .count(settings -> settings.limits.perAddress, 1, MAX_REPORTS),
                keys.setting(
                                "max-per-organization",
                                "The maximum number of reports about one day for the subdomains of one registered domain.")
                        .count(settings -> settings.limits.perOrganization, 1, MAX_REPORTS));
    }
}
