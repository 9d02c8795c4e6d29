package org.countersign.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Configuration;
import org.countersign.config.DnsSettings;
import org.countersign.config.SigningTableFile;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.dns.authoritative.AuthoritativeRecording;
import org.countersign.dns.authoritative.NameServers;
import org.countersign.dns.authoritative.QueryRate;
import org.countersign.dns.authoritative.ReplayedServers;
import org.countersign.dns.replay.DnsRecording;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.dns.replay.ReplayingDnsClient;
import org.countersign.dns.replay.SnapshotSection;
import org.countersign.dns.wire.SystemResolvers;
import org.countersign.doctor.Doctor;
import org.countersign.doctor.DoctorRequest;
import org.countersign.doctor.Finding;
import org.countersign.doctor.HttpsPolicyFetch;
import org.countersign.doctor.OwnConfiguration;
import org.countersign.doctor.PolicyFetch;
import org.countersign.domain.DomainName;
import org.countersign.ops.BridgeConfiguration;
import org.countersign.service.DnsResolver;
import org.countersign.service.FileFailure;
import org.countersign.service.PolicyInspection;
import org.countersign.service.PolicyLoader;

/** What {@code doctor} works with: the DNS or a snapshot of it, the own configuration, and the facts of the command line. */
final class DoctorSources {
    // To servers of other people.
    private static final int QUERIES_PER_SECOND = 20;

    private static final List<String> COMMON_SELECTORS = List.of(
            "default",
            "dkim",
            "mail",
            "google",
            "selector1",
            "selector2",
            "k1",
            "k2",
            "k3",
            "s1",
            "s2",
            "key1",
            "key2",
            "smtp",
            "mx",
            "fm1",
            "fm2",
            "fm3",
            "zoho",
            "mandrill",
            "pm",
            "sig1");

    private final DoctorOptions options;
    private final Optional<OwnConfiguration> own;
    private final List<String> selectors;
    private final Instant now;
    private final InstantSource clock;
    private final DnsClient client;
    private final AuthoritativeDns servers;
    private final Optional<ReplayingDnsClient> replaying;
    private final Optional<DnsRecording> recording;
    private final Optional<AuthoritativeRecording> asking;

    private DoctorSources(
            DoctorOptions options,
            Optional<OwnConfiguration> own,
            List<String> selectors,
            Optional<DnsSnapshot> snapshot,
            List<InetSocketAddress> resolvers,
            InstantSource clock) {
        this.options = options;
        this.own = own;
        this.selectors = selectors;
        this.clock = clock;
        this.now = snapshot.flatMap(SnapshotFile::asked).orElseGet(clock::instant);
        this.replaying = snapshot.map(ReplayingDnsClient::new);
        DnsSettings settings = DnsSettings.DEFAULT.withServers(resolvers);
        DnsClient network = replaying.isPresent()
                ? replaying.get()
                : DnsResolver.of(settings, clock).wire();
        this.recording = options.record()
                .map(file -> new DnsRecording(
                        network,
                        DnsSnapshot.EMPTY,
                        now,
                        resolvers.getFirst().getAddress().getHostAddress()));
        this.client = recording.isPresent() ? recording.get() : network;
        this.asking = recording.isPresent() && !options.noServers()
                ? Optional.of(new AuthoritativeRecording(nameServers(resolvers, network), now))
                : Optional.empty();
        this.servers =
                asking.<AuthoritativeDns>map(each -> each).orElseGet(() -> servers(snapshot, resolvers, network));
    }

    private AuthoritativeDns servers(
            Optional<DnsSnapshot> snapshot, List<InetSocketAddress> resolvers, DnsClient network) {
        if (options.noServers()) {
            return AuthoritativeDns.none("not asked");
        }
        return snapshot.<AuthoritativeDns>map(ReplayedServers::new).orElseGet(() -> nameServers(resolvers, network));
    }

    private AuthoritativeDns nameServers(List<InetSocketAddress> resolvers, DnsClient network) {
        return new NameServers(resolvers, network, clock, new QueryRate(QUERIES_PER_SECOND));
    }

    /**
     * Reads the files that the options name.
     *
     * @throws CommandFailure if one of them cannot be used
     */
    static DoctorSources read(DoctorOptions options, InstantSource clock) throws CommandFailure {
        List<String> selectors = new ArrayList<>(options.selectors());
        for (Path mail : options.mail()) {
            selectors.addAll(DoctorFiles.selectors(mail));
        }
        Optional<DnsSnapshot> snapshot = options.replay().isPresent()
                ? Optional.of(SnapshotFile.read(options.replay().get()))
                : Optional.empty();
        Optional<OwnConfiguration> own = options.configuration().isPresent()
                ? Optional.of(configuration(options.configuration().get()))
                : Optional.empty();
        List<InetSocketAddress> resolvers = options.servers().isEmpty()
                ? own.map(OwnConfiguration::resolvers).orElseGet(SystemResolvers::servers)
                : options.servers();
        return new DoctorSources(options, own, selectors, snapshot, resolvers, clock);
    }

    private static OwnConfiguration configuration(Path file) throws CommandFailure {
        PolicyInspection policy = PolicyLoader.inspect(file, BridgeConfiguration.FRONT_END, Optional.empty());
        Configuration configuration = policy.configuration()
                .orElseThrow(() -> CommandFailure.of(policy.failure().orElseThrow()));
        List<InetSocketAddress> resolvers = configuration.dns().servers();
        return new OwnConfiguration(
                configuration,
                table(file, configuration),
                policy.entries(),
                policy.keys(),
                policy.problems(),
                resolvers.isEmpty() ? SystemResolvers.servers() : resolvers);
    }

    private static List<SigningTableFile.Line> table(Path policyFile, Configuration configuration) {
        try {
            return PolicyLoader.readTable(policyFile, configuration.signing());
        } catch (FileFailure failure) {
            // The inspection of the policy file has the same problem among its own.
            return List.of();
        }
    }

    /**
     * The domains to examine, each once.
     *
     * @param named the domains of the command line; if there are none, those that the configuration signs for
     */
    List<DomainName> domains(List<DomainName> named) {
        Set<DomainName> domains = new LinkedHashSet<>(named);
        if (domains.isEmpty()) {
            own.ifPresent(configuration -> domains.addAll(configuration.domains()));
        }
        return List.copyOf(domains);
    }

    Doctor doctor() {
        PolicyFetch fetch = options.https() && replaying.isEmpty() ? new HttpsPolicyFetch() : PolicyFetch.NONE;
        return new Doctor(client, servers, PublicSuffixList.bundled(), fetch, clock);
    }

    DoctorRequest request() {
        return new DoctorRequest(
                selectors,
                options.guess() ? COMMON_SELECTORS : List.of(),
                options.addresses(),
                options.helo(),
                options.also(),
                options.parked(),
                own,
                now);
    }

    /** What is wrong with the configuration as a whole. */
    List<Finding> ofConfiguration() {
        return own.map(Doctor::examine).orElse(List.of());
    }

    /** The queries that the snapshot does not answer. */
    List<DnsQuery<?>> missing() {
        return replaying.map(ReplayingDnsClient::missing).orElse(List.of());
    }

    void writeRecord() throws CommandFailure {
        if (recording.isPresent()) {
            List<SnapshotSection> sections =
                    new ArrayList<>(recording.get().snapshot().sections());
            asking.ifPresent(servers -> sections.addAll(servers.sections()));
            SnapshotFile.write(options.record().orElseThrow(), new DnsSnapshot(sections));
        }
    }
}
