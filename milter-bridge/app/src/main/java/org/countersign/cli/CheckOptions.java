package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code check}. */
final class CheckOptions {
    @Option(
            names = "--ip",
            paramLabel = "ADDR",
            converter = ClientConverter.class,
            description =
                    "IP address of the SMTP client; local for this machine, unknown for a client without an address."
                            + " Default: from the top Received field.")
    private Optional<Client> client = Optional.empty();

    @Option(
            names = "--helo",
            paramLabel = "NAME",
            description = "Argument of HELO or EHLO. Default: from the top Received field.")
    private Optional<String> helo = Optional.empty();

    @Option(
            names = "--mail-from",
            paramLabel = "ADDR",
            converter = MailFromConverter.class,
            description = "Argument of MAIL FROM; <> for a bounce. Default: from the Return-Path field.")
    private Optional<ReversePath> mailFrom = Optional.empty();

    @Option(names = "--rcpt", paramLabel = "ADDR", description = "A recipient; can be repeated.")
    private List<String> recipients = new ArrayList<>();

    @Option(names = "--user", paramLabel = "NAME", description = "The authenticated user, for signing.when.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--daemon-name",
            paramLabel = "NAME",
            description = "Daemon name of the mail server's service, for signing.when.")
    private Optional<String> daemonName = Optional.empty();

    @Option(
            names = "--dns",
            paramLabel = "ADDR[:PORT]",
            description = "A DNS server to use instead of the configured ones; can be repeated.")
    private List<InetSocketAddress> servers = new ArrayList<>();

    @Option(names = "--config", paramLabel = "YAML", description = InstalledPolicyFile.DESCRIPTION)
    private Optional<Path> configuration = Optional.empty();

    @Option(names = "--json", description = "Write JSON instead of text.")
    private boolean json;

    Optional<Client> client() {
        return client;
    }

    Optional<String> helo() {
        return helo;
    }

    Optional<ReversePath> mailFrom() {
        return mailFrom;
    }

    List<String> recipients() {
        return List.copyOf(recipients);
    }

    Optional<String> user() {
        return user;
    }

    String daemonName() {
        return daemonName.orElse("");
    }

    List<InetSocketAddress> servers() {
        return List.copyOf(servers);
    }

    Optional<Path> configuration() {
        return configuration;
    }

    boolean json() {
        return json;
    }

    /** Reads an IP address, {@code local} or {@code unknown}. */
    static final class ClientConverter implements ITypeConverter<Client> {
        @Override
        public Client convert(String text) {
            return switch (text) {
                case "unknown" -> new Client.Unknown();
                case "local" -> new Client.Local();
                default ->
                    IpNetwork.parseAddress(text)
                            .map(address -> new Client.Ip(address, ""))
                            .orElseThrow(() -> new TypeConversionException(Main.quoted(text)
                                    + " is not an IP address such as 192.0.2.1, nor local or unknown"));
            };
        }
    }

    /** Reads a reverse-path (RFC 5321 §4.1.2), with a local part as lenient as mail servers accept it. */
    static final class MailFromConverter implements ITypeConverter<ReversePath> {
        @Override
        public ReversePath convert(String text) {
            return parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            Main.quoted(text) + " is not an address such as a@example.org, nor <> for a bounce"));
        }

        /** The reverse-path; empty if the text is neither an address nor the null reverse-path. */
        static Optional<ReversePath> parse(String text) {
            return Optional.of(ReversePath.parse(text)).filter(path -> switch (path) {
                case ReversePath.Null none -> true;
                case ReversePath.Address(String local, String domain) -> isLocalPart(local) && isDomain(domain);
            });
        }

        private static boolean isLocalPart(String text) {
            boolean quoted = text.length() > 2 && text.startsWith("\"") && text.endsWith("\"");
            return !text.isEmpty()
                    && text.chars().allMatch(c -> c >= ' ' && c != 0x7F)
                    && (quoted || text.chars().noneMatch(c -> " <>\"()[],;:\\@".indexOf(c) >= 0));
        }

        private static boolean isDomain(String text) {
            return DomainName.parse(text).filter(DomainName::isHostName).isPresent()
                    || (text.startsWith("[") && text.endsWith("]") && isLiteral(text.substring(1, text.length() - 1)));
        }

        private static boolean isLiteral(String text) {
            return IpNetwork.parseAddress(text.startsWith("IPv6:") ? text.substring("IPv6:".length()) : text)
                    .isPresent();
        }
    }
}
