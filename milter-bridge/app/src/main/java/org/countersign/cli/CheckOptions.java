package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Action;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final ServersOption dns = new ServersOption();

    @Option(
            names = "--from-headers",
            description = "Take the client, HELO, MAIL FROM, recipients and login from the trace fields of the message:"
                    + " the first client from the top that is not of this site. Default with several messages.")
    private boolean fromHeaders;

    @Option(
            names = "--trust",
            paramLabel = "NET",
            converter = NetworkConverter.class,
            description =
                    "A network of this site, for --from-headers; can be repeated. Loopback and private networks are"
                            + " trusted too.")
    private List<IpNetwork> trusted = new ArrayList<>();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "The time to check at, for expired signatures: 2026-11-23T12:00:00Z, or a date.")
    private Optional<Instant> at = Optional.empty();

    @Option(names = "--record", paramLabel = "OUT", description = "Write the DNS answers to a file, as a snapshot.")
    private Optional<Path> record = Optional.empty();

    @Option(
            names = "--replay",
            paramLabel = "SNAPSHOT",
            description = "Take the DNS answers from a snapshot, and ask no server. The time is that of the snapshot.")
    private Optional<Path> replay = Optional.empty();

    @Option(names = "--ask", description = "With --replay: ask the DNS for what the snapshot lacks, and add it.")
    private boolean ask;

    @Option(
            names = "--bundle",
            paramLabel = "ZIP",
            description = "Write a support case: message, envelope, DNS answers, policy without secrets and verdict."
                    + " Without FILE: repeat the case, without a network.")
    private Optional<Path> bundle = Optional.empty();

    @Option(names = "--explain", description = "Show clause, lookup and comparison for each result.")
    private boolean explain;

    @Option(names = "--steps", description = "Show the dialogue with the client and the DNS in the order of time.")
    private boolean steps;

    @Option(
            names = {"-r", "--recursive"},
            description = "Read all files in directories and below them.")
    private boolean recursive;

    @Mixin
    private final MboxrdOption mboxrd = new MboxrdOption();

    @Option(
            names = "--fail-on",
            paramLabel = "VERDICT",
            split = ",",
            description =
                    "With several messages: exit with 1 if one has this verdict; several are separated by commas.")
    private List<Action> failOn = new ArrayList<>();

    @Mixin
    private final OptionalPolicyFile config = new OptionalPolicyFile();

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
        return dns.servers();
    }

    Optional<Path> configuration() {
        return config.file();
    }

    boolean fromHeaders() {
        return fromHeaders;
    }

    List<IpNetwork> trusted() {
        return List.copyOf(trusted);
    }

    Optional<Instant> at() {
        return at;
    }

    Optional<Path> record() {
        return record;
    }

    Optional<Path> replay() {
        return replay;
    }

    boolean ask() {
        return ask;
    }

    Optional<Path> bundle() {
        return bundle;
    }

    boolean explain() {
        return explain;
    }

    boolean steps() {
        return steps;
    }

    boolean recursive() {
        return recursive;
    }

    boolean mboxrd() {
        return mboxrd.isGiven();
    }

    List<Action> failOn() {
        return List.copyOf(failOn);
    }

    /** Whether facts of one certain transaction were given. */
    boolean hasTransaction() {
        return client.isPresent() || helo.isPresent() || mailFrom.isPresent() || user.isPresent();
    }

    /**
     * The problem of options that exclude each other.
     *
     * @return one clause; empty if there is none
     */
    String conflict(boolean hasFiles) {
        if (!hasFiles && bundle.isEmpty()) {
            return "name the message: a file, or - for standard input";
        }
        if (record.isPresent() && replay.isPresent()) {
            return "--record and --replay exclude each other; --replay FILE --ask adds to a snapshot";
        }
        if (ask && replay.isEmpty()) {
            return "--ask needs --replay";
        }
        if (!hasFiles && (record.isPresent() || replay.isPresent() || at.isPresent() || hasTransaction())) {
            return "a case has its own envelope, time and DNS answers: use --bundle alone to repeat it";
        }
        return json && steps ? "--json and --steps exclude each other" : "";
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
