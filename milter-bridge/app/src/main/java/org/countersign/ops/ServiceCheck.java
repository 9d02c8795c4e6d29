package org.countersign.ops;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.check.ListenCheck;
import org.countersign.ops.check.PostfixCheck;
import org.countersign.ops.check.ReportsCheck;
import org.countersign.ops.check.SecretsCheck;
import org.countersign.ops.check.StorageCheck;
import org.countersign.ops.check.SystemdSockets;
import org.countersign.ops.check.SystemdSockets.UnitSocket;
import org.countersign.ops.log.LogSettings;
import org.countersign.reports.ReportsSettings;
import org.countersign.service.PolicyInspection;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.SystemClock;
import org.countersign.service.check.Findings;
import org.countersign.service.check.PolicyCheck;
import org.countersign.service.check.Progress;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceSettings;

/** Finds everything that the milter service would meet with a policy file, without serving. Changes nothing. */
public final class ServiceCheck {
    /** The user of the installed service. */
    private static final String SERVICE_USER = "countersign";

    private final Options options;
    private final Progress progress;
    private final Findings findings;

    /**
     * What to check.
     *
     * @param user the user of the service; empty for the user of this process, and for the user
     *     {@value #SERVICE_USER} if this process is root's
     * @param dns whether to query the DNS
     * @param postfix the directory of the configuration of Postfix; empty for that of the system
     * @param installedPolicy the policy file of an installed program; empty for a program that is not installed
     */
    public record Options(
            Optional<ProcessIdentity> user, boolean dns, Optional<Path> postfix, Optional<Path> installedPolicy) {
        private Optional<ProcessIdentity> reader() {
            if (user.isPresent()) {
                return user;
            }
            Optional<ProcessIdentity> current = ProcessIdentity.current();
            return current.filter(ProcessIdentity::isRoot)
                    .flatMap(root -> ProcessIdentity.of(SERVICE_USER))
                    .or(() -> current);
        }
    }

    /** How much was checked. */
    public record Scope(int rules, int keys, int listeners) {}

    /**
     * @param progress receives how far the queries have come
     * @param findings receives everything that is found
     */
    public ServiceCheck(Options options, Progress progress, Findings findings) {
        this.options = options;
        this.progress = progress;
        this.findings = findings;
    }

    /**
     * Checks a policy file and what belongs to it.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for the DNS
     */
    public Scope run(Path file) throws InterruptedException {
        InstantSource clock = new SystemClock();
        Optional<ProcessIdentity> user = options.reader();
        if (user.isPresent() && !user.equals(ProcessIdentity.current())) {
            findings.note("the files are checked for the user " + user.get().name());
        }
        PolicyCheck policies = new PolicyCheck(clock, findings);
        PolicyInspection policy = policies.files(file, BridgeConfiguration.FRONT_END, user);
        int listeners = 0;
        if (policy.configuration().isPresent()) {
            Configuration configuration = policy.configuration().get();
            List<ListenAddress> addresses = listeners(policy, configuration, user);
            listeners = addresses.size();
            storage(policy, configuration, user);
            new PostfixCheck(addresses, BridgeConfiguration.of(configuration).sockets(), findings)
                    .run(options.postfix());
        }
        ReportsCheck reports = new ReportsCheck(policy, options.installedPolicy(), findings);
        policy.configuration()
                .ifPresent(configuration -> reports.run(configuration.extension(ReportsSettings.SECTION)));
        if (options.dns() && policies.dns(policy, progress)) {
            policy.configuration().ifPresent(configuration -> reports.author(configuration, clock));
        }
        return new Scope(
                policy.configuration()
                        .map(configuration ->
                                configuration.policy().policyRules().rules().size())
                        .orElse(0),
                (int) policy.keys().keySet().stream()
                        .map(entry -> entry.recordName())
                        .distinct()
                        .count(),
                listeners);
    }

    /** Checks the sockets; returns the addresses that mail servers connect to. */
    private List<ListenAddress> listeners(
            PolicyInspection policy, Configuration configuration, Optional<ProcessIdentity> user) {
        BridgeConfiguration settings = BridgeConfiguration.of(configuration);
        List<UnitSocket> units = SystemdSockets.list();
        List<UnitSocket> failed = units.stream().filter(UnitSocket::failed).toList();
        List<ListenAddress> passed = units.stream()
                .filter(socket -> !socket.failed())
                .map(UnitSocket::address)
                .toList();
        List<ListenAddress> own = new ArrayList<>();
        // As the service does: without listen in the file, the sockets of systemd are the only ones.
        if (!settings.listenIsDefault() || passed.isEmpty()) {
            own.addAll(settings.listen());
            own.removeAll(passed);
            own.removeAll(failed.stream().map(UnitSocket::address).toList());
        }
        ListenCheck listen = new ListenCheck(policy, user, findings);
        failed.forEach(listen::notPassed);
        listen.own("listen", own);
        listen.passed(passed);
        if (own.stream().anyMatch(ListenAddress.Unix.class::isInstance)) {
            listen.group(settings.sockets());
        }
        HttpSettings.of(configuration)
                .listen()
                .ifPresent(address -> listen.own("http.listen", List.of(address.socket())));
        List<ListenAddress> all = new ArrayList<>(own);
        all.addAll(passed);
        return all;
    }

    /** Checks the files and stores that the service writes, and their secrets. */
    private void storage(PolicyInspection policy, Configuration configuration, Optional<ProcessIdentity> user) {
        StorageCheck storage = new StorageCheck(policy, user, findings);
        WrittenFile.of(policy.file(), configuration).forEach(written -> storage.file(written.key(), written.file()));
        LogSettings.of(configuration).logSocket().ifPresent(storage::logSocket);
        StoreSettings store = configuration.extension(StoreSettings.SECTION);
        TraceSettings trace = configuration.extension(TraceSettings.SECTION);
        ReportsSettings reports = configuration.extension(ReportsSettings.SECTION);
        SecretsCheck secrets = new SecretsCheck(policy, user, findings);
        secrets.store(store);
        secrets.reports(reports);
        storage.trace(trace, store);
        if (trace.isOn() || reports.collect().isOn() || reports.receive().imap().isOn()) {
            storage.store(store);
        }
    }
}
