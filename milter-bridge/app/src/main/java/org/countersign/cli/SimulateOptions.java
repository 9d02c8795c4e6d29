package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.domain.IpNetwork;
import org.countersign.simulate.ResultsSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code simulate}. */
final class SimulateOptions {
    @Option(
            names = "--archive",
            required = true,
            paramLabel = "MBOX|MAILDIR|DIR",
            description = "The messages: an mbox file, a Maildir with its folders, or a directory of files; can be"
                    + " repeated. - is standard input.")
    private List<String> archives = new ArrayList<>();

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "A.yaml",
            description = "The policy file to simulate. It also tells the names and networks of this site.")
    private Optional<Path> policy = Optional.empty();

    @Option(
            names = "--against",
            paramLabel = "B.yaml",
            description = "A second policy file. The output shows which verdicts change from A to B.")
    private Optional<Path> against = Optional.empty();

    @Option(
            names = "--trust",
            paramLabel = "NET",
            converter = NetworkConverter.class,
            description = "A network of this site; can be repeated. Loopback and private networks are trusted too.")
    private List<IpNetwork> trusted = new ArrayList<>();

    @Option(
            names = "--results",
            paramLabel = "WHICH",
            description = "recorded: only results that this site has recorded. again: evaluate every message with the"
                    + " DNS of now. Default: recorded where there are any, else again.")
    private Optional<ResultsSource> results = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Judge only messages that arrived since this time: 2026-11-23T12:00:00Z, or a date.")
    private Optional<Instant> since = Optional.empty();

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Judge N messages, spread evenly over the archive. It is read twice.")
    private Optional<Integer> sample = Optional.empty();

    @Mixin
    private final MboxrdOption mboxrd = new MboxrdOption();

    @Mixin
    private final ServersOption dns = new ServersOption();

    @Option(names = "--replay", paramLabel = "SNAPSHOT", description = "Take the DNS answers from a snapshot.")
    private Optional<Path> replay = Optional.empty();

    @Option(names = "--json", description = "Write JSON instead of text.")
    private boolean json;

    List<String> archives() {
        return List.copyOf(archives);
    }

    Path policy() {
        return policy.orElseThrow();
    }

    Optional<Path> against() {
        return against;
    }

    List<IpNetwork> trusted() {
        return List.copyOf(trusted);
    }

    Optional<ResultsSource> results() {
        return results;
    }

    Optional<Instant> since() {
        return since;
    }

    OptionalInt sample() {
        return sample.isPresent() ? OptionalInt.of(sample.get()) : OptionalInt.empty();
    }

    boolean mboxrd() {
        return mboxrd.isGiven();
    }

    List<InetSocketAddress> servers() {
        return dns.servers();
    }

    Optional<Path> replay() {
        return replay;
    }

    boolean json() {
        return json;
    }

    /** The problem of options that exclude each other, one clause; empty if there is none. */
    String conflict() {
        if (sample.filter(size -> size < 1).isPresent()) {
            return "--sample is the number of messages to judge, at least 1";
        }
        if (sample.isPresent() && archives.contains("-")) {
            return "--sample reads the archive twice, which standard input does not allow: write it to a file";
        }
        return replay.isPresent() && !servers().isEmpty() ? "--dns and --replay exclude each other" : "";
    }
}
