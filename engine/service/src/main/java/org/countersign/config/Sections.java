package org.countersign.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.countersign.TrafficRules;
import org.countersign.dkim.DkimLimits;
import org.countersign.dmarc.DiscoveryMode;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.wire.WireSettings;
import org.countersign.domain.IpNetwork;
import org.countersign.inbound.AuthservSettings;
import org.countersign.inbound.DmarcSettings;
import org.countersign.inbound.SpfSettings;
import org.countersign.keys.VerificationKey;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Mode;
import org.countersign.signing.KeyMonitorSettings;
import org.countersign.signing.TransportCheck;
import org.countersign.signing.UnpublishedKey;
import org.countersign.smtp.MemoryBudget;
import org.countersign.spf.SpfLimits;
import org.countersign.syntax.Ascii;

/** The sections of the policy file whose keys are single settings of the engine. */
final class Sections {
    static final Duration MAX_DEADLINE = Duration.ofMinutes(5);

    private static final int MAX_DNS_SERVERS = WireSettings.MAX_SERVERS;
    private static final int MAX_AUTHSERV_ID = 253;

    // RFC 8601 §2.2: a value, here always one that needs no quotation marks.
    private static final ValueType<String> AUTHSERV_ID = ValueType.of(
            "a host name such as mx.example.org", text -> Optional.of(text).filter(Sections::isToken), "host name");

    private static final ValueType<TransportHazard> HAZARD = ValueType.of(
            "one of " + hazards(", "),
            text -> Stream.of(TransportHazard.values())
                    .filter(hazard -> hazard.keyword().equals(text))
                    .findFirst(),
            TransportHazard::keyword,
            "`" + hazards("`, `") + "`");

    static final Section<AuthservSettings> AUTHSERV = Section.atTopLevel(
            AuthservSettings.DEFAULT,
            keys -> new AuthservSettings(
                    keys.optional(
                                    "authserv-id",
                                    AUTHSERV_ID,
                                    "the mail server's host name",
                                    "The name under which results are added to Authentication-Results (RFC 8601 §2.5).")
                            .orElse(""),
                    keys.list(
                            "authserv-id-aliases",
                            AUTHSERV_ID,
                            AuthservSettings::aliases,
                            "Further names of this system, such as `mx1.example.org`. Results that an inbound message"
                                    + " brings under one of these names are removed."),
                    keys.flag(
                            "authserv-id-subdomains",
                            AuthservSettings::subdomains,
                            "Whether every name below these names belongs to this system too. Then an inbound message"
                                    + " cannot bring results under `mx7.mx.example.org` either.")));

    static final Section<Mode> MODE = Section.atTopLevel(
            Mode.MONITOR,
            keys -> keys.keyword(
                    "mode",
                    mode -> mode,
                    List.of(Mode.values()),
                    "`monitor` refuses no mail for its authentication, and the log says what `enforce` would have done."
                            + " `enforce` carries out decisions. Both modes reject mail with too many forged fields"
                            + " (rule `too-many-forged-results`) and defer mail when memory or time runs out."));

    private static final Section<CacheSettings> DNS_CACHE = Section.of("cache", CacheSettings.DEFAULT, keys -> {
        Duration minTtl = keys.duration(
                "min-ttl",
                CacheSettings::minTtl,
                Duration.ZERO,
                CacheSettings.MAX_MIN_TTL,
                "A shorter time to live (TTL) is raised to this one.");
        Duration maxTtl = keys.duration(
                "max-ttl",
                CacheSettings::maxTtl,
                Duration.ofSeconds(1),
                CacheSettings.MAX_MAX_TTL,
                "A longer TTL is lowered to this one.");
        if (minTtl.compareTo(maxTtl) > 0) {
            keys.section()
                    .report(
                            "min-ttl",
                            "is longer than max-ttl, which is " + Units.renderDuration(maxTtl),
                            "lower it or raise max-ttl");
            minTtl = maxTtl;
        }
        return new CacheSettings(
                keys.size(
                        "max-bytes",
                        CacheSettings::maxBytes,
                        CacheSettings.MIN_BYTES,
                        64L << 30,
                        "The memory that cached answers may use."),
                minTtl,
                maxTtl,
                keys.duration(
                        "failure-ttl",
                        CacheSettings::failureTtl,
                        Duration.ZERO,
                        CacheSettings.MAX_FAILURE_TTL,
                        "How long a failure is remembered. `0s`: not at all."),
                keys.duration(
                        "serve-stale",
                        CacheSettings::serveStale,
                        Duration.ZERO,
                        CacheSettings.MAX_SERVE_STALE,
                        "How long after its TTL an answer may be used while no server answers. `0s`: never."));
    });

    static final Section<DnsSettings> DNS = Section.of("dns", DnsSettings.DEFAULT, keys -> {
        DnsSettings dns = new DnsSettings(
                keys.list(
                        "servers",
                        ValueType.DNS_SERVER,
                        DnsSettings::servers,
                        "The resolvers, at most 16, in order of preference; empty for those of the system. Write IP"
                                + " addresses, for IPv6 with its zone where it has one: `[fe80::1%eth0]:53`."),
                keys.duration(
                        "timeout",
                        DnsSettings::timeout,
                        Duration.ofMillis(10),
                        WireSettings.MAX_TIMEOUT,
                        "How long to wait for one answer of one server."),
                keys.duration(
                        "deadline",
                        DnsSettings::deadline,
                        Duration.ofMillis(100),
                        MAX_DEADLINE,
                        "How long a message waits for all its answers, counted from each of its stages."),
                keys.section(DNS_CACHE));
        if (dns.servers().size() > MAX_DNS_SERVERS) {
            keys.section()
                    .report(
                            "servers",
                            "has " + dns.servers().size() + " servers, more than " + MAX_DNS_SERVERS,
                            "keep the nearest");
        }
        if (dns.timeout().compareTo(dns.deadline()) > 0) {
            keys.section()
                    .report(
                            "timeout",
                            "is longer than deadline, which is " + Units.renderDuration(dns.deadline()),
                            "lower it or raise deadline");
        }
        return dns;
    });

    static final Section<Boolean> RECEIVED_SPF = Section.of(
            "inbound",
            false,
            keys -> keys.flag(
                    "received-spf",
                    added -> added,
                    "Whether a Received-SPF field is added for each identity checked (RFC 7208 §9.1). Then such fields"
                            + " of other systems are removed."));

    static final Section<SpfSettings> SPF = Section.of(
            "spf",
            SpfSettings.DEFAULT,
            keys -> new SpfSettings(
                    keys.flag(
                            "check-helo",
                            SpfSettings::checkHelo,
                            "Whether the HELO name is checked in addition to MAIL FROM (RFC 7208 §2.3)."),
                    // Every void lookup belongs to a term, so more than the terms that are allowed have no effect.
                    SpfLimits.DEFAULT.withVoidLookups(keys.count(
                            "void-lookups",
                            settings -> settings.limits().voidLookups(),
                            0,
                            SpfLimits.DEFAULT.dnsTerms(),
                            "The maximum number of void lookups in one check (RFC 7208 §4.6.4). With more the result"
                                    + " is permerror."))));

    static final Section<DkimLimits> DKIM = Section.of("dkim", DkimLimits.DEFAULT, keys -> {
        DkimLimits limits = new DkimLimits(
                // With more, the keys of one message could use most of its DNS queries.
                keys.count(
                        "max-signatures",
                        DkimLimits::signatures,
                        1,
                        50,
                        "How many signatures of a message are verified, in the order of the header. The others are"
                                + " reported as not evaluated."),
                keys.duration(
                        "clock-drift",
                        DkimLimits::clockDrift,
                        Duration.ZERO,
                        Duration.ofDays(1),
                        "How far the clock of a signer may differ from the local one, for `t=` and `x=`."),
                keys.count(
                        "shortest-rsa-key",
                        DkimLimits::shortestRsaKey,
                        VerificationKey.Rsa.MIN_BITS,
                        VerificationKey.Rsa.MAX_BITS,
                        "The minimum size of an RSA key in bits. A shorter key gives the result policy, and one below"
                                + " 1024 bits permerror."),
                // RFC 8301 §3.2: not below what every verifier must be able to validate.
                keys.count(
                        "longest-rsa-key",
                        DkimLimits::longestRsaKey,
                        VerificationKey.Rsa.DEFAULT_MAX_BITS,
                        VerificationKey.Rsa.MAX_BITS,
                        "The maximum size of an RSA key in bits. A longer key gives the result policy, and one above"
                                + " 8192 bits permerror."));
        if (limits.shortestRsaKey() > limits.longestRsaKey()) {
            keys.section()
                    .report(
                            "shortest-rsa-key",
                            "is above longest-rsa-key, " + limits.longestRsaKey() + ", so no RSA key is accepted",
                            "lower it, or raise longest-rsa-key");
        }
        return limits;
    });

    static final Section<DmarcSettings> DMARC = Section.of(
            "dmarc",
            DmarcSettings.DEFAULT,
            keys -> new DmarcSettings(
                    keys.keyword(
                            "organizational-domain",
                            DmarcSettings::organizationalDomain,
                            List.of(DiscoveryMode.values()),
                            "How Organizational Domains are determined: see [Which DMARC](#which-dmarc)."),
                    keys.duration(
                            "defer-for",
                            DmarcSettings::deferFor,
                            Duration.ZERO,
                            Duration.ofDays(5),
                            "How long mail is deferred while DMARC cannot be evaluated: see"
                                    + " [the built-in rules](#the-built-in-rules).")));

    /** The octets that all messages in progress may use together. */
    static final Section<Long> MESSAGE_MEMORY = Section.of(
            "limits",
            MemoryBudget.ofHeap().limit(),
            keys -> keys.optional(
                            "message-memory",
                            // Below it a few messages would use it up; no heap is larger.
                            ValueType.size(4L << 20, 64L << 30),
                            "a quarter of the heap",
                            "The memory that all messages in progress may use together: see [Memory](#memory).")
                    .orElseGet(() -> MemoryBudget.ofHeap().limit()));

    static final Section<KeyMonitorSettings> KEY_MONITOR = Section.of("key-guard", KeyMonitorSettings.DEFAULT, keys -> {
        Duration interval = keys.duration(
                "check-every",
                KeyMonitorSettings::interval,
                Duration.ZERO,
                Duration.ofDays(1),
                "How often a signing key is compared with the DNS. `0s`: never.");
        if (interval.isPositive() && interval.compareTo(KeyMonitorSettings.MIN_INTERVAL) < 0) {
            keys.section()
                    .report(
                            "check-every",
                            "is shorter than a minute, which would only load the DNS",
                            "raise it, or switch it off with 0s");
            interval = KeyMonitorSettings.MIN_INTERVAL;
        }
        return new KeyMonitorSettings(
                interval,
                keys.keyword(
                        "when-unpublished",
                        KeyMonitorSettings::unpublished,
                        List.of(UnpublishedKey.values()),
                        "What to do with mail while the DNS does not publish its key."));
    });

    static final Section<TransportCheck> TRANSPORT_CHECK = Section.of(
            "look-ahead",
            TransportCheck.DEFAULT,
            keys -> new TransportCheck(
                    keys.flag(
                            "downstream-8bitmime",
                            TransportCheck::eightBitMime,
                            "Whether the next mail servers accept 8-bit bodies (8BITMIME)."),
                    Set.copyOf(keys.list(
                            "refuse",
                            HAZARD,
                            check -> List.copyOf(check.refused()),
                            "The hazards for which a message is rejected, for example `[long-line, bare-cr]`.")),
                    TransportCheck.DEFAULT.mode()));

    static final Section<TrafficRules> TRAFFIC = Section.atTopLevel(TrafficRules.DEFAULT, keys -> {
        SettingReader<TrafficRules> inbound = keys.in("inbound");
        List<IpNetwork> skipped = inbound.list(
                "skip-networks",
                ValueType.IP_NETWORK,
                TrafficRules::skipNetworks,
                "Clients whose mail is not judged: hosts of your own.");
        NetworkReview.warn(inbound.section(), "skip-networks", skipped, "passes without being judged");
        SettingReader<TrafficRules> when = keys.in("signing").in("when");
        boolean authenticated = when.flag(
                "authenticated", TrafficRules::signAuthenticated, "Mail of clients that have logged in is outbound.");
        List<IpNetwork> networks = when.list(
                "networks", ValueType.IP_NETWORK, TrafficRules::signNetworks, "Mail of these clients is outbound.");
        NetworkReview.warn(when.section(), "networks", networks, "is signed for, and not judged");
        List<String> listeners = when.list(
                "daemon-names",
                ValueType.TEXT,
                TrafficRules::signListeners,
                "Mail that came in through a service of one of these names is outbound"
                        + " (`milter_macro_daemon_name` in `master.cf`).");
        Optional<Boolean> local = when.optional(
                "local",
                ValueType.BOOLEAN,
                "`true`, but `false` where `networks` is given",
                "Mail of programs of this machine and bounces are outbound, once there are keys.");
        boolean signs = hasKeys(keys.in("signing").section());
        List<IpNetwork> localNetworks = List.of();
        if (signs && local.orElse(false)) {
            localNetworks = TrafficRules.LOOPBACK;
        } else if (signs && local.isEmpty()) {
            localNetworks = localNetworks(when.section(), networks, skipped);
        }
        return new TrafficRules(skipped, authenticated, networks, listeners, localNetworks);
    });

    private Sections() {}

    private static String hazards(String separator) {
        return Stream.of(TransportHazard.values()).map(TransportHazard::keyword).collect(Collectors.joining(separator));
    }

    private static boolean hasKeys(SectionReader signing) {
        return !signing.sections("keys").isEmpty() || signing.has("table-file");
    }

    /** The loopback addresses whose mail is signed by default: those that are not judged, unless networks are listed. */
    private static List<IpNetwork> localNetworks(
            SectionReader when, List<IpNetwork> networks, List<IpNetwork> skipped) {
        if (when.has("networks")) {
            boolean coversLoopback = TrafficRules.LOOPBACK.stream()
                    .anyMatch(loopback -> networks.stream().anyMatch(network -> network.covers(loopback)));
            if (!coversLoopback) {
                when.warn(
                        "networks",
                        "leaves this machine out: mail of its programs and bounces are not signed",
                        "add local: true to sign them, or local: false if that is intended");
            }
            return List.of();
        }
        List<IpNetwork> local = new ArrayList<>();
        for (IpNetwork loopback : TrafficRules.LOOPBACK) {
            for (IpNetwork network : skipped) {
                if (network.covers(loopback)) {
                    local.add(loopback);
                } else if (loopback.covers(network)) {
                    local.add(network);
                }
            }
        }
        return local;
    }

    /** RFC 2045 §5.1: a token. */
    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_AUTHSERV_ID
                && text.chars().allMatch(c -> Ascii.isVisible(c) && "()<>@,;:\\\"/[]?=".indexOf(c) < 0);
    }
}
