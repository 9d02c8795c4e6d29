package org.countersign.doctor;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.KeyEntry;
import org.countersign.dmarc.Discovery;
import org.countersign.dmarc.DmarcEvaluator;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.doctor.OwnConfiguration.Use;
import org.countersign.domain.DomainName;
import org.countersign.keys.VerificationKey;
import org.countersign.signing.AuidChoice;

/** Compares the own configuration with what a domain publishes. */
final class OwnCheck {
    private static final Duration SOON = Duration.ofDays(14);

    private final DomainContext context;
    private final OwnConfiguration own;
    private final DomainName domain;

    OwnCheck(DomainContext context, OwnConfiguration own) {
        this.context = context;
        this.own = own;
        this.domain = context.domain();
    }

    /** Whether a use signs with {@code i=} of a subdomain of the signing domain, which {@code t=s} forbids. */
    static boolean signsForSubdomain(Use use, DomainName signing) {
        boolean bySigning = use.keys().stream().anyMatch(key -> key.domain().equals(signing));
        return bySigning
                && switch (use.auid()) {
                    case AuidChoice.None none -> false;
                    case AuidChoice.Domain(DomainName name) -> !name.equals(signing) && name.isWithin(signing);
                    case AuidChoice.Author author -> use.authors().toString().startsWith("*.");
                };
    }

    /** Whether mail of a domain is signed, but never by the domain itself. */
    static boolean signsOnlyRelaxed(OwnConfiguration own, DomainName domain) {
        List<KeyEntry> keys =
                own.uses(domain).stream().flatMap(use -> use.keys().stream()).toList();
        return !keys.isEmpty() && keys.stream().noneMatch(key -> key.domain().equals(domain));
    }

    /**
     * Examines the entries of the domain.
     *
     * @param good the published keys of the domain
     */
    void run(Discovery discovery, Map<String, VerificationKey> good) {
        List<Use> uses = own.uses(domain);
        boolean aligned = aligned(uses, discovery);
        protect(uses);
        expiring();
        boolean enforced = DmarcCheck.asksForMoreThanNone(discovery);
        boolean signs = uses.stream().anyMatch(use -> !use.keys().isEmpty());
        if (enforced && !signs) {
            context.add(
                    FindingId.DMARC_UNSIGNED_REJECT,
                    context.below("_dmarc"),
                    "",
                    "The record asks receivers to act against mail that is not authenticated, and the configuration signs"
                            + " no mail of the domain: what is forwarded is lost.");
        }
        List<DmarcPolicy> policies = DmarcCheck.policies(discovery);
        if (!policies.isEmpty() && policies.getFirst() != DmarcPolicy.REJECT && signs) {
            List<String> missing = new ArrayList<>();
            if (good.isEmpty() || !aligned) {
                missing.add("an aligned key in the DNS");
            }
            if (context.findings().stream()
                    .anyMatch(finding -> finding.severity() == Severity.ERROR
                            && finding.id().keyword().startsWith("spf-"))) {
                missing.add("an SPF record without an error");
            }
            context.add(
                    FindingId.DMARC_READY,
                    context.below("_dmarc"),
                    "",
                    missing.isEmpty()
                            ? "The configuration signs with an aligned key, so that p=reject is possible, once the reports"
                                    + " show no other sender."
                            : "Before p=reject the domain needs " + String.join(" and ", missing) + ".");
        }
    }

    // RFC 9989 §4.4.1
    private boolean aligned(List<Use> uses, Discovery discovery) {
        boolean any = false;
        Optional<DomainName> organization = discovery.organizationalDomain();
        for (Use use : uses) {
            boolean aligned = use.keys().stream()
                    .map(KeyEntry::domain)
                    .anyMatch(signing -> signing.equals(domain)
                            || (organization.isPresent()
                                    && organization.equals(new DmarcEvaluator()
                                            .discover(signing, context.dns(), Runnable::run)
                                            .organizationalDomain())));
            any |= aligned;
            boolean named = !use.authors().toString().equals("*");
            if (!aligned && named && !use.keys().isEmpty()) {
                context.add(new Finding(
                        FindingId.OWN_ENTRY_UNALIGNED,
                        FindingId.OWN_ENTRY_UNALIGNED.severity(),
                        use.location(),
                        "",
                        "Mail of " + use.authors() + " is signed by "
                                + use.keys().getFirst().domain()
                                + ", another organization, so that the signature does not count for DMARC.",
                        List.of()));
            }
        }
        return any;
    }

    private void protect(List<Use> uses) {
        boolean signs = uses.stream()
                .anyMatch(use ->
                        !use.keys().isEmpty() && !use.authors().toString().equals("*"));
        boolean isProtected =
                own.configuration().policy().settings().protect().stream().anyMatch(domain::isWithin);
        if (signs && !isProtected) {
            context.add(
                    FindingId.OWN_DOMAIN_UNPROTECTED,
                    domain,
                    "",
                    "The configuration signs for this domain, but protect does not name it: mail from outside in its name"
                            + " is refused only by its published policy.");
        }
    }

    private void expiring() {
        Instant now = context.request().now();
        for (KeyEntry entry : own.entries(domain)) {
            Optional<Instant> end = entry.validity().retiredFrom();
            boolean soon = entry.validity().contains(now)
                    && end.filter(at -> at.isBefore(now.plus(SOON))).isPresent();
            if (soon
                    && own.entries(domain).stream()
                            .noneMatch(other ->
                                    !other.equals(entry) && other.validity().contains(end.orElseThrow()))) {
                context.add(new Finding(
                        FindingId.OWN_KEY_EXPIRING,
                        FindingId.OWN_KEY_EXPIRING.severity(),
                        entry.location().toString(),
                        "",
                        "The key " + entry.recordName() + " signs until " + end.orElseThrow()
                                + ", and no other key of the domain signs after that.",
                        List.of()));
            }
        }
    }

    /** What is wrong with the configuration as a whole. */
    static List<Finding> ofWhole(OwnConfiguration own) {
        List<Finding> found = new ArrayList<>();
        for (String problem : own.problems()) {
            found.add(new Finding(FindingId.OWN_KEY_PERMS, Severity.ERROR, "policy file", "", problem, List.of()));
        }
        String authserv = own.configuration().inbound().authserv().authservId();
        Optional<DomainName> name = DomainName.parse(authserv);
        boolean known = own.domains().isEmpty()
                || name.filter(id -> own.domains().stream().anyMatch(id::isWithin)
                                || own.configuration().policy().settings().protect().stream()
                                        .anyMatch(id::isWithin))
                        .isPresent();
        if (!authserv.isEmpty() && !known) {
            found.add(new Finding(
                    FindingId.OWN_AUTHSERV_ID,
                    FindingId.OWN_AUTHSERV_ID.severity(),
                    "authserv-id",
                    authserv,
                    "The authserv-id is no name of the own domains. Readers of results fields trust it because it is, so that"
                            + " it should be the name of the mail server.",
                    List.of()));
        }
        for (InetSocketAddress resolver : own.resolvers()) {
            if (!resolver.getAddress().isLoopbackAddress()) {
                found.add(new Finding(
                        FindingId.OWN_RESOLVER,
                        FindingId.OWN_RESOLVER.severity(),
                        "dns.servers",
                        resolver.getAddress().getHostAddress(),
                        "The resolver is on another host, so that DNSSEC is not believed, and lists of senders often refuse"
                                + " its questions. Run a resolver on this machine.",
                        List.of()));
            }
        }
        return List.copyOf(found);
    }
}
