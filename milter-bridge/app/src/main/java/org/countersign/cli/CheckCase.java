package org.countersign.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.cases.CaseFile;
import org.countersign.cases.PolicyExcerpt;
import org.countersign.cases.SupportCase;
import org.countersign.cli.MessageCheck.Checked;
import org.countersign.cli.SmtpFacts.Found;
import org.countersign.cli.SmtpFacts.Source;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.message.AuthorDomain;
import org.countersign.service.HostFiles;
import org.countersign.service.SigningExcerpt;
import org.countersign.signing.SigningPolicy;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/** Writes and repeats the support cases of {@code check --bundle}. */
final class CheckCase {
    private static final int MAX_RECIPIENTS = 1000;

    private CheckCase() {}

    /**
     * A case that was read.
     *
     * @param at the time of the first check
     */
    record Repeated(
            SupportCase support,
            Configuration settings,
            Optional<SigningPolicy> signing,
            DnsSnapshot snapshot,
            SmtpFacts smtp,
            Instant at) {
        /** The difference between the verdict of the case and this one, as a sentence; empty if there is none. */
        Optional<String> difference(Checked now) {
            Explanation.Group then;
            try {
                then = ExplanationJson.read(support.verdict().toByteArray());
            } catch (IOException damaged) {
                return Optional.of("The verdict of the case cannot be read.");
            }
            String was = verdict(then);
            String is = verdict(new CheckReport(now).json(true));
            return was.equals(is)
                    ? Optional.empty()
                    : Optional.of("The verdict differs: the case has " + was + ", now it is " + is + ".");
        }

        private static String verdict(Explanation.Group tree) {
            String keys = "";
            if (tree.members().get("signed-by") instanceof Explanation.Items signers
                    && !signers.items().isEmpty()) {
                keys = signers.items().stream()
                        .map(each -> each instanceof Explanation.Group key
                                ? text(key, "selector") + "._domainkey." + text(key, "domain")
                                : "")
                        .collect(Collectors.joining(", ", ", signed with ", ""));
            }
            return text(tree, "judged") + " by rule " + text(tree, "rule") + keys;
        }

        private static String text(Explanation.Group tree, String key) {
            return tree.members().get(key) instanceof Explanation.Text text ? text.text() : "nothing";
        }
    }

    /** Writes a case. It has the public halves of keys at most. */
    static void write(
            Path file, Octets message, Checked checked, CheckDns dns, CheckOptions options, Configuration settings)
            throws CommandFailure {
        String policy = "";
        String signing = "";
        if (options.configuration().isPresent()) {
            Path policyFile = options.configuration().get();
            policy = PolicyExcerpt.of(InputFiles.read(
                            () -> HostFiles.read(policyFile, policyFile.toString(), ConfigurationParser.MAX_SIZE))
                    .utf8());
            if (checked.outcome() instanceof MessageOutcome.Signed signed
                    && signed.author() instanceof AuthorDomain.Single author) {
                signing = InputFiles.read(() -> SigningExcerpt.of(policyFile, settings, author));
            }
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try {
            CaseFile.write(
                    new SupportCase(
                            message,
                            envelope(checked.smtp(), dns.clock().instant(), options.configuration()),
                            dns.recording().orElseThrow().snapshot().render(),
                            policy,
                            signing,
                            new Main.Version().getVersion()[0],
                            Octets.wrap(ExplanationJson.toBytes(new CheckReport(checked).json(true)))),
                    zip);
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array in memory can always be written", impossible);
        }
        OutputFile.write(file, zip.toByteArray());
    }

    private static List<String> envelope(SmtpFacts smtp, Instant at, Optional<Path> policy) {
        List<String> lines = new ArrayList<>();
        lines.add("at=" + at);
        policy.ifPresent(file -> lines.add("policy-file=" + line(file.toString())));
        lines.add("client=" + smtp.clientText());
        lines.add("client-source=" + Keyword.of(smtp.client().source()));
        lines.add("helo=" + line(smtp.helo().value()));
        lines.add("helo-source=" + Keyword.of(smtp.helo().source()));
        lines.add("mail-from=" + line(smtp.mailFrom().value().toString()));
        lines.add("mail-from-source=" + Keyword.of(smtp.mailFrom().source()));
        lines.add("received-field=" + smtp.hop());
        if (smtp.client().value() instanceof Client.Ip ip) {
            lines.add("host-name=" + line(ip.hostName()));
        }
        smtp.user().ifPresent(user -> lines.add("user=" + line(user)));
        if (!smtp.daemonName().isEmpty()) {
            lines.add("daemon-name=" + line(smtp.daemonName()));
        }
        smtp.recipients().stream().limit(MAX_RECIPIENTS).forEach(recipient -> lines.add("rcpt=" + line(recipient)));
        return lines;
    }

    /** A text in one line. */
    private static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.chars().forEach(c -> line.append(c < ' ' ? '?' : (char) c));
        return line.toString();
    }

    /** Reads a case. */
    static Repeated read(Path file) throws CommandFailure {
        try (InputStream in = InputFiles.open(file, file.toString())) {
            return switch (CaseFile.read(in)) {
                case Parsed.Value<SupportCase, String>(SupportCase support) -> repeated(file, support);
                case Parsed.Malformed<SupportCase, String>(String problem) -> throw damaged(file, problem);
            };
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, file.toString());
        }
    }

    private static CommandFailure damaged(Path file, String problem) {
        return new CommandFailure(ExitStatus.BAD_DATA, file + " " + problem);
    }

    private static Repeated repeated(Path file, SupportCase support) throws CommandFailure {
        DnsSnapshot snapshot = switch (DnsSnapshot.parse(support.snapshot())) {
            case Parsed.Value<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot value) -> value;
            case Parsed.Malformed<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot.Mistake mistake) ->
                throw damaged(file, "has a mistake in dns.txt:" + mistake.line() + ": " + mistake.problem());
        };
        Configuration settings = switch (ConfigurationParser.parse(
                value(support, "policy-file").orElse(file + "(policy.yaml)"),
                Octets.utf8(support.policy()),
                FrontEnd.NONE)) {
            case ParsedConfiguration.Valid valid -> valid.configuration();
            case ParsedConfiguration.Invalid invalid ->
                throw new CommandFailure(
                        ExitStatus.BAD_DATA,
                        invalid.problems().stream()
                                .map(problem -> Escapes.printable(problem.toString()))
                                .toList());
        };
        Optional<Instant> at = value(support, "at").flatMap(CheckCase::time);
        if (at.isEmpty()) {
            throw damaged(file, "has no time in envelope.txt");
        }
        return new Repeated(support, settings, signing(file, support, settings), snapshot, facts(support), at.get());
    }

    private static Optional<SigningPolicy> signing(Path file, SupportCase support, Configuration settings)
            throws CommandFailure {
        if (support.signing().isEmpty()) {
            return Optional.empty();
        }
        return switch (SigningExcerpt.read(settings, support.signing())) {
            case Parsed.Value<SigningPolicy, String>(SigningPolicy policy) -> Optional.of(policy);
            case Parsed.Malformed<SigningPolicy, String>(String problem) -> throw damaged(file, problem);
        };
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }

    private static SmtpFacts facts(SupportCase support) {
        String address = value(support, "client").orElse("unknown");
        String hostName = value(support, "host-name").orElse("");
        Client client = address.equals("local")
                ? new Client.Local()
                : IpNetwork.parseAddress(address)
                        .<Client>map(ip -> new Client.Ip(ip, hostName))
                        .orElseGet(Client.Unknown::new);
        return new SmtpFacts(
                new Found<>(client, source(support, "client-source")),
                new Found<>(value(support, "helo").orElse(""), source(support, "helo-source")),
                new Found<>(
                        ReversePath.parse(value(support, "mail-from").orElse("<>")),
                        source(support, "mail-from-source")),
                value(support, "user"),
                value(support, "daemon-name").orElse(""),
                support.envelope().stream()
                        .filter(line -> line.startsWith("rcpt="))
                        .map(line -> line.substring("rcpt=".length()))
                        .limit(MAX_RECIPIENTS)
                        .toList(),
                value(support, "received-field")
                        .filter(text -> text.length() == 1 && Character.isDigit(text.charAt(0)))
                        .map(Integer::parseInt)
                        .orElse(0));
    }

    private static Source source(SupportCase support, String key) {
        String word = value(support, key).orElse("none");
        for (Source source : Source.values()) {
            if (source.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
                return source;
            }
        }
        return Source.NONE;
    }

    private static Optional<String> value(SupportCase support, String key) {
        return support.envelope().stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst();
    }
}
