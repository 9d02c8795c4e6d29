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
import org.countersign.signing.UnpublishedKeyAction;
import org.countersign.smtp.MemoryBudget;
import org.countersign.spf.SpfLimits;
import org.countersign.syntax.Ascii;

/**
 * The sections of the policy file whose keys are single settings of the engine: one constant for each section. The
 * order of the settings here is the order in {@code docs/configuration.md}. {@code CONTRIBUTING.md} describes how to add
 * a setting.
 */
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
                    keys.setting(
                                    "authserv-id",
                                    "The name under which results are added to Authentication-Results (RFC 8601 §2.5).")
                            .optional(AUTHSERV_ID, "the mail server's host name")
                            .orElse(""),
                    keys.setting(
                                    "authserv-id-aliases",
                                    "Further names of this system, such as `mx1.example.org`. Results that an inbound message"
                                            + " brings under one of these names are removed.")
                            .list(AUTHSERV_ID, AuthservSettings::aliases),
                    keys.setting(
                                    "authserv-id-subdomains",
                                    "Whether every name below these names belongs to this system too. Then an inbound message"
                                            + " cannot bring results under `mx7.mx.example.org` either.")
                            .flag(AuthservSettings::subdomains)));

    static final Section<Mode> MODE = Section.atTopLevel(
            Mode.MONITOR,
            keys -> keys.setting(
                            "mode",
                            "`monitor` refuses no mail for its authentication, and the log says what `enforce` would have done."
                                    + " `enforce` carries out decisions. Both modes reject mail with too many forged fields"
                                    + " (rule `too-many-forged-results`) and defer mail when memory or time runs out.")
                    .keyword(mode -> mode, List.of(Mode.values())));

    private static final Section<CacheSettings> DNS_CACHE = Section.of("cache", CacheSettings.DEFAULT, keys -> {
        Duration minTtl = keys.setting("min-ttl", "A shorter time to live (TTL) is raised to this one.")
                .duration(CacheSettings::minTtl, Duration.ZERO, CacheSettings.MAX_MIN_TTL);
        Duration maxTtl = keys.setting("max-ttl", "A longer TTL is lowered to this one.")
                .duration(CacheSettings::maxTtl, Duration.ofSeconds(1), CacheSettings.MAX_MAX_TTL);
        if (minTtl.compareTo(maxTtl) > 0) {
            keys.report(
                    "min-ttl",
                    "is longer than max-ttl, which is " + Units.renderDuration(maxTtl),
                    "lower it or raise max-ttl");
            minTtl = maxTtl;
        }
        return new CacheSettings(
                keys.setting(
                                "max-bytes",
                                "The memory that cached answers may use, but never more than a quarter of the heap.")
                        .size(CacheSettings::maxBytes, CacheSettings.MIN_BYTES, 64L << 30),
                minTtl,
                maxTtl,
                keys.setting("failure-ttl", "How long a failure is remembered. `0s`: not at all.")
                        .duration(CacheSettings::failureTtl, Duration.ZERO, CacheSettings.MAX_FAILURE_TTL),
                keys.setting(
                                "serve-stale",
                                "How long after its TTL an answer may be used while no server answers. `0s`: never.")
                        .duration(CacheSettings::serveStale, Duration.ZERO, CacheSettings.MAX_SERVE_STALE));
    });

    static final Section<DnsSettings> DNS = Section.of("dns", DnsSettings.DEFAULT, keys -> {
        DnsSettings dns = new DnsSettings(
                keys.setting(
                                "servers",
                                "The resolvers, at most 16, in order of preference; empty for those of the system. Write IP"
                                        + " addresses, for IPv6 with its zone where it has one: `[fe80::1%eth0]:53`.")
                        .list(ValueType.DNS_SERVER, DnsSettings::servers),
                keys.setting("timeout", "How long to wait for one answer of one server.")
                        .duration(DnsSettings::timeout, Duration.ofMillis(10), WireSettings.MAX_TIMEOUT),
                keys.setting(
                                "deadline",
                                "How long a message waits for all its answers, counted from each of its stages.")
                        .duration(DnsSettings::deadline, Duration.ofMillis(100), MAX_DEADLINE),
                keys.section(DNS_CACHE));
        if (dns.servers().size() > MAX_DNS_SERVERS) {
            keys.report(
                    "servers",
                    "has " + dns.servers().size() + " servers, more than " + MAX_DNS_SERVERS,
                    "keep the nearest");
        }
        if (dns.timeout().compareTo(dns.deadline()) > 0) {
            keys.report(
                    "timeout",
                    "is longer than deadline, which is " + Units.renderDuration(dns.deadline()),
                    "lower it or raise deadline");
        }
        return dns;
    });

    static final Section<Boolean> RECEIVED_SPF = Section.of(
            "inbound",
            false,
            keys -> keys.setting(
                            "received-spf",
                            "Whether a Received-SPF field is added for each identity checked (RFC 7208 §9.1). Then such fields"
                                    + " of other systems are removed.")
                    .flag(added -> added));

    static final Section<SpfSettings> SPF = Section.of(
            "spf",
            SpfSettings.DEFAULT,
            keys -> new SpfSettings(
                    keys.setting(
                                    "check-helo",
                                    "Whether the HELO name is checked in addition to MAIL FROM (RFC 7208 §2.3).")
                            .flag(SpfSettings::checkHelo),
                    // Every void lookup belongs to a term, so more than the terms that are allowed have no effect.
                    SpfLimits.DEFAULT.withVoidLookups(keys.setting(
                                    "void-lookups",
                                    "The maximum number of void lookups in one check (RFC 7208 §4.6.4). With more the result"
                                            + " is permerror.")
                            .count(settings -> settings.limits().voidLookups(), 0, SpfLimits.DEFAULT.dnsTerms()))));

    static final Section<DkimLimits> DKIM = Section.of("dkim", DkimLimits.DEFAULT, keys -> {
        DkimLimits limits = new DkimLimits(
                // With more, the keys of one message could use most of its DNS queries.
                keys.setting(
                                "max-signatures",
                                "How many signatures of a message are verified, in the order of the header. The others are"
                                        + " reported as not evaluated.")
                        .count(DkimLimits::signatures, 1, 50),
                keys.setting(
                                "clock-drift",
                                "How far the clock of a signer may differ from the local one, for `t=` and `x=`.")
                        .duration(DkimLimits::clockDrift, Duration.ZERO, Duration.ofDays(1)),
                keys.setting(
                                "shortest-rsa-key",
                                "The minimum size of an RSA key in bits. A shorter key gives the result policy, and one below"
                                        + " 1024 bits permerror.")
                        .count(DkimLimits::minRsaBits, VerificationKey.Rsa.MIN_BITS, VerificationKey.Rsa.MAX_BITS),
                // RFC 8301 §3.2: not below what every verifier must be able to validate.
                keys.setting(
                                "longest-rsa-key",
                                "The maximum size of an RSA key in bits. A longer key gives the result policy, and one above"
                                        + " 8192 bits permerror.")
                        .count(
                                DkimLimits::maxRsaBits,
                                VerificationKey.Rsa.DEFAULT_MAX_BITS,
                                VerificationKey.Rsa.MAX_BITS));
        if (limits.minRsaBits() > limits.maxRsaBits()) {
            keys.report(
                    "shortest-rsa-key",
                    "is above longest-rsa-key, " + limits.maxRsaBits() + ", so no RSA key is accepted",
                    "lower it, or raise longest-rsa-key");
        }
        return limits;
    });

    static final Section<DmarcSettings> DMARC = Section.of(
            "dmarc",
            DmarcSettings.DEFAULT,
            keys -> new DmarcSettings(
                    keys.setting(
                                    "organizational-domain",
                                    "How Organizational Domains are determined: see [Which DMARC](#which-dmarc).")
                            .keyword(DmarcSettings::organizationalDomain, List.of(DiscoveryMode.values())),
                    keys.setting(
                                    "defer-for",
                                    "How long mail is deferred while DMARC cannot be evaluated: see"
                                            + " [the built-in rules](#the-built-in-rules).")
                            .duration(DmarcSettings::deferFor, Duration.ZERO, Duration.ofDays(5))));

    /** The octets that all messages in progress may use together. */
    static final Section<Long> MESSAGE_MEMORY = Section.of(
            "limits",
            MemoryBudget.ofHeap().limit(),
            keys -> keys.setting(
                            "message-memory",
                            "The memory that all messages in progress may use together: see [Memory](#memory).")
                    .optional( // Below it a few messages would use it up; no heap is larger.
                            ValueType.size(4L << 20, 64L << 30), "a quarter of the heap")
                    .orElseGet(() -> MemoryBudget.ofHeap().limit()));

    static final Section<KeyMonitorSettings> KEY_MONITOR = Section.of("key-guard", KeyMonitorSettings.DEFAULT, keys -> {
        Duration interval = keys.setting(
                        "check-every", "How often a signing key is compared with the DNS. `0s`: never.")
                .duration(KeyMonitorSettings::interval, Duration.ZERO, Duration.ofDays(1));
        if (interval.isPositive() && interval.compareTo(KeyMonitorSettings.MIN_INTERVAL) < 0) {
            keys.report(
                    "check-every",
                    "is shorter than a minute, which would only load the DNS",
                    "raise it, or switch it off with 0s");
            interval = KeyMonitorSettings.MIN_INTERVAL;
        }
        return new KeyMonitorSettings(
                interval,
                keys.setting("when-unpublished", "What to do with mail while the DNS does not publish its key.")
                        .keyword(KeyMonitorSettings::unpublished, List.of(UnpublishedKeyAction.values())));
    });

    static final Section<TransportCheck> TRANSPORT_CHECK = Section.of(
            "look-ahead",
            TransportCheck.DEFAULT,
            keys -> new TransportCheck(
                    keys.setting("downstream-8bitmime", "Whether the next mail servers accept 8-bit bodies (8BITMIME).")
                            .flag(TransportCheck::eightBitMime),
                    Set.copyOf(keys.setting(
                                    "refuse",
                                    "The hazards for which a message is rejected, for example `[long-line, bare-cr]`.")
                            .list(HAZARD, check -> List.copyOf(check.refused()))),
                    TransportCheck.DEFAULT.mode()));

    static final Section<TrafficRules> TRAFFIC = Section.atTopLevel(TrafficRules.DEFAULT, keys -> {
        SettingReader<TrafficRules> inbound = keys.in("inbound");
        List<IpNetwork> skipped = inbound.setting(
                        "skip-networks", "Clients whose mail is not judged: hosts of your own.")
                .list(ValueType.IP_NETWORK, TrafficRules::skipNetworks);
        NetworkReview.warn(inbound.section(), "skip-networks", skipped, "passes without being judged");
        SettingReader<TrafficRules> when = keys.in("signing").in("when");
        boolean authenticated = when.setting("authenticated", "Mail of clients that have logged in is outbound.")
                .flag(TrafficRules::signAuthenticated);
        List<IpNetwork> networks = when.setting("networks", "Mail of these clients is outbound.")
                .list(ValueType.IP_NETWORK, TrafficRules::signNetworks);
        NetworkReview.warn(when.section(), "networks", networks, "is signed for, and not judged");
        List<String> listeners = when.setting(
                        "daemon-names",
                        "Mail that came in through a service of one of these names is outbound"
                                + " (`milter_macro_daemon_name` in `master.cf`).")
                .list(ValueType.TEXT, TrafficRules::signListeners);
        Optional<Boolean> local = when.setting(
                        "local", "Mail of programs of this machine and bounces are outbound, once there are keys.")
                .optional(ValueType.BOOLEAN, "`true`, but `false` where `networks` is given");
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
