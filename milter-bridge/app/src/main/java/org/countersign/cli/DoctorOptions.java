package org.countersign.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.doctor.DoctorText.ChangeForm;
import org.countersign.domain.DomainName;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code doctor}. */
final class DoctorOptions {
    @Parameters(
            arity = "0..*",
            paramLabel = "DOMAIN",
            description = "The domains. Default: those that --config signs for.")
    private List<String> domains = new ArrayList<>();

    @Option(
            names = "--selector",
            paramLabel = "S",
            converter = SelectorConverter.class,
            description = "A DKIM selector to examine in each domain; can be repeated.")
    private List<DomainName> selectors = new ArrayList<>();

    @Option(
            names = "--from-mail",
            paramLabel = "FILE",
            description = "Examine the selectors with which this message is signed; can be repeated.")
    private List<Path> mail = new ArrayList<>();

    @Option(names = "--guess", description = "Try selectors that are common. That none is found proves nothing.")
    private boolean guess;

    @Option(
            names = "--config",
            paramLabel = "YAML",
            description = "Compare with the keys and settings of this policy file.")
    private Optional<Path> configuration = Optional.empty();

    @Option(names = "--ip", paramLabel = "ADDR", description = "An address that mail is sent from; can be repeated.")
    private List<InetAddress> addresses = new ArrayList<>();

    @Option(names = "--helo", paramLabel = "NAME", description = "The name that the sending server says.")
    private Optional<String> helo = Optional.empty();

    @Option(
            names = "--also",
            paramLabel = "NAME",
            description = "A name below a domain that sends nothing; can be repeated.")
    private List<DomainName> also = new ArrayList<>();

    @Option(names = "--parked", description = "The domains neither send nor receive mail: expect them to say so.")
    private boolean parked;

    @Option(
            names = "--dns",
            paramLabel = "HOST[:PORT]",
            description = "The resolver to ask; can be repeated. Default: that of --config or of the system.")
    private List<InetSocketAddress> servers = new ArrayList<>();

    @Option(names = "--no-servers", description = "Ask the resolver only, and not the authoritative servers.")
    private boolean noServers;

    @Option(names = "--https", description = "Fetch MTA-STS policies over HTTPS.")
    private boolean https;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description = "Take all answers from a DNS snapshot, and ask nobody.")
    private Optional<Path> replay = Optional.empty();

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Write the answers of the resolver and of each authoritative server to a DNS snapshot.")
    private Optional<Path> record = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "STATE",
            description = "For cron: write only what has changed since the last run, and keep that in this file.")
    private Optional<Path> state = Optional.empty();

    @Option(names = "--strict", description = "Let the exit status be 1 for warnings too.")
    private boolean strict;

    @Option(names = "--json", description = "Write JSON: one object, or one a line for several domains.")
    private boolean json;

    @ArgGroup(exclusive = true)
    private final Form form = new Form();

    /** At most one form of lines to publish. */
    static final class Form {
        @Option(names = "--zone", description = "Write only what to publish, as lines of a zone file.")
        private boolean zone;

        @Option(names = "--panel", description = "Write only what to publish, to enter in a web page.")
        private boolean panel;

        @Option(names = "--nsupdate", description = "Write only what to publish, as commands for nsupdate(1).")
        private boolean nsupdate;
    }

    /**
     * The domains. They are converted here, because picocli drops a value that it cannot convert from a list of any length.
     *
     * @throws ParameterException for a word that is no domain name
     */
    List<DomainName> domains(CommandLine command) {
        List<DomainName> named = new ArrayList<>();
        for (String word : domains) {
            try {
                named.add(Main.domain(word));
            } catch (TypeConversionException invalid) {
                throw new ParameterException(
                        command, "Invalid value for positional parameter (<DOMAIN>): " + invalid.getMessage(), invalid);
            }
        }
        return named;
    }

    List<String> selectors() {
        return selectors.stream().map(DomainName::toString).toList();
    }

    List<Path> mail() {
        return mail;
    }

    boolean guess() {
        return guess;
    }

    Optional<Path> configuration() {
        return configuration;
    }

    List<InetAddress> addresses() {
        return addresses;
    }

    Optional<String> helo() {
        return helo;
    }

    List<DomainName> also() {
        return also;
    }

    boolean parked() {
        return parked;
    }

    List<InetSocketAddress> servers() {
        return servers;
    }

    boolean noServers() {
        return noServers;
    }

    boolean https() {
        return https;
    }

    Optional<Path> replay() {
        return replay;
    }

    Optional<Path> record() {
        return record;
    }

    Optional<Path> state() {
        return state;
    }

    boolean strict() {
        return strict;
    }

    boolean json() {
        return json;
    }

    /** The form of lines to publish, if only these are wanted. */
    Optional<ChangeForm> form() {
        if (form.zone) {
            return Optional.of(ChangeForm.ZONE);
        }
        if (form.panel) {
            return Optional.of(ChangeForm.PANEL);
        }
        return form.nsupdate ? Optional.of(ChangeForm.NSUPDATE) : Optional.empty();
    }
}
