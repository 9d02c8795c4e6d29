package org.countersign.reports.receive;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.countersign.config.Configuration;
import org.countersign.dns.DnsClient;
import org.countersign.reports.receive.ReportReceiver.Bounces;
import org.countersign.reports.receive.ReportReceiver.Door;
import org.countersign.reports.source.OwnDomains;
import org.countersign.service.FileFailure;
import org.countersign.service.PolicyLoader;
import org.countersign.store.StoreLocation;

/**
 * Makes receivers as a policy file says.
 *
 * @param settings {@code reports.receive}
 * @param location the store
 * @param own the domains that reports may be about
 * @param authenticator finds out who sent a message
 */
public record ReportReceiverFactory(
        ReceiveSettings settings, StoreLocation location, OwnDomains own, MessageAuthenticator authenticator) {

    /**
     * Reads what else the policy file names.
     *
     * @param location the store
     * @param dns called if a message has to be verified
     * @throws FileFailure if the signing table cannot be read
     */
    public static ReportReceiverFactory of(
            Path policyFile,
            Configuration configuration,
            ReceiveSettings settings,
            StoreLocation location,
            Supplier<DnsClient> dns,
            InstantSource clock)
            throws FileFailure {
        return new ReportReceiverFactory(
                settings,
                location,
                OwnDomains.of(configuration, PolicyLoader.readTable(policyFile, configuration.signing()))
                        .with(settings.about()),
                new MessageAuthenticator(configuration.inbound(), settings.authservIds(), dns, clock));
    }

    /** Whether no domain is known that reports could be about, so that all would be refused. */
    public boolean isWithoutDomains() {
        return own.domains().isEmpty();
    }

    /**
     * A receiver for reports about our domains. What the operator gives by hand may be about any domain as long as none is
     * known to be ours.
     */
    public ReportReceiver receiver(Bounces bounces, Door door, InstantSource clock) {
        boolean all = door == Door.HAND && isWithoutDomains();
        return new ReportReceiver(
                location, settings, domain -> all || own.contains(domain), authenticator, bounces, clock);
    }
}
