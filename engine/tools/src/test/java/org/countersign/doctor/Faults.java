package org.countersign.doctor;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.countersign.config.Configuration;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.KeyEntry;
import org.countersign.config.ParsedConfiguration;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.keys.SigningKey;
import org.countersign.syntax.Octets;
import org.countersign.testing.RsaDer;
import org.countersign.testing.TestKeys;

/** A domain in order, and for each kind of finding a change after which it appears. */
final class Faults {
    static final DomainName DOMAIN = DomainName.of("example.org");
    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    static final String KEY = TestKeys.RSA.publicKeyRecord();
    private static final PublicSuffixList SUFFIXES = PublicSuffixList.bundled();
    static final DoctorRequest REQUEST = new DoctorRequest(
            List.of("s1"), List.of(), List.of(), Optional.empty(), List.of(), false, Optional.empty(), NOW);

    private static final String SPF = "example.org TXT v=spf1 ip4:44.128.1.0/24 include:_spf.provider.net -all";
    private static final String NO_SPF = "- example.org TXT";
    private static final String NO_KEY = "- s1._domainkey.example.org TXT";
    private static final String NO_DMARC = "- _dmarc.example.org TXT";
    private static final String SENDER = "44.128.1.10";
    // A base64 line as a panel cuts it.
    private static final String HALF_KEY = KEY.substring(0, Math.min(KEY.length(), 255));

    private Faults() {}

    static TestZone clean() {
        return TestZone.of(SPF + "\n" + """
            example.org MX 10 mail.example.org
            mail.example.org A 44.128.1.10
            mail.example.org TXT v=spf1 a -all
            10.1.128.44.in-addr.arpa PTR mail.example.org
            _spf.provider.net TXT v=spf1 ip4:44.128.2.0/24 -all
            provider.net MX 10 mx.provider.net
            mx.provider.net A 44.128.2.1
            _dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org
            _mta-sts.example.org TXT v=STSv1; id=20261128
            _smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:tls@example.org
            default._bimi.example.org TXT v=BIMI1; l=https://example.org/logo.svg
            """ + "s1._domainkey.example.org TXT " + KEY);
    }

    static Doctor doctor(TestZone zone) {
        return new Doctor(zone, zone, SUFFIXES, PolicyFetch.NONE, InstantSource.fixed(NOW));
    }

    static Examination examine(TestZone zone, DoctorRequest request) {
        Examination examination = doctor(zone).examine(DOMAIN, request);
        List<Finding> all = new ArrayList<>(examination.findings());
        request.own().ifPresent(own -> all.addAll(Doctor.examine(own)));
        return examination.with(all);
    }

    /** A case: what to change in the domain that is in order, and what follows. */
    record Fault(
            FindingId id,
            Severity severity,
            String name,
            List<String> changes,
            UnaryOperator<DoctorRequest> request,
            Set<FindingId> others,
            boolean isRepairable) {
        TestZone zone() {
            TestZone zone = clean();
            changes.forEach(zone::change);
            return zone;
        }

        Examination examine(TestZone zone) {
            return Faults.examine(zone, request.apply(REQUEST));
        }

        Set<FindingId> expected() {
            Set<FindingId> all = EnumSet.of(id);
            all.addAll(others);
            return all;
        }

        String shown(Examination examination) {
            return examination.findings().stream()
                    .map(finding -> finding.severity() + " " + finding.id().keyword() + " " + finding.name() + " \""
                            + finding.published() + "\": " + finding.sentence() + " " + finding.changes())
                    .collect(Collectors.joining("\n"));
        }

        @Override
        public String toString() {
            return id.keyword() + " " + severity + " " + name;
        }
    }

    /** Writes one case after the other. */
    private static final class Cases {
        private final List<Fault> all = new ArrayList<>();
        private FindingId id = FindingId.SPF_NONE;
        private Severity severity = Severity.ERROR;
        private UnaryOperator<DoctorRequest> request = UnaryOperator.identity();
        private Set<FindingId> others = Set.of();

        Cases of(FindingId next) {
            id = next;
            severity = next.severity();
            request = UnaryOperator.identity();
            others = Set.of();
            return this;
        }

        Cases as(Severity other) {
            severity = other;
            return this;
        }

        Cases asked(UnaryOperator<DoctorRequest> change) {
            request = change;
            return this;
        }

        Cases with(FindingId... companions) {
            others = Set.of(companions);
            return this;
        }

        /** The finding tells the line to publish. */
        Cases repaired(String... changes) {
            return add(true, changes);
        }

        /** The finding tells no line, because what is meant is not known. */
        Cases told(String... changes) {
            return add(false, changes);
        }

        private Cases add(boolean repairable, String... changes) {
            String name = changes.length == 0 ? "" : changes[changes.length - 1];
            all.add(new Fault(
                    id,
                    severity,
                    name.length() > 60 ? name.substring(0, 60) : name,
                    List.of(changes),
                    request,
                    others,
                    repairable));
            return of(id);
        }
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }

    private static UnaryOperator<DoctorRequest> from(String... addresses) {
        return request -> new DoctorRequest(
                request.selectors(),
                List.of(),
                List.of(addresses).stream().map(Faults::address).toList(),
                request.helo(),
                request.also(),
                request.parked(),
                request.own(),
                request.now());
    }

    private static UnaryOperator<DoctorRequest> helo(String name, String... addresses) {
        return request -> {
            DoctorRequest from = from(addresses).apply(request);
            return new DoctorRequest(
                    from.selectors(),
                    List.of(),
                    from.addresses(),
                    Optional.of(name),
                    List.of(),
                    false,
                    Optional.empty(),
                    NOW);
        };
    }

    private static UnaryOperator<DoctorRequest> selectors(String... selectors) {
        return request -> new DoctorRequest(
                List.of(selectors), List.of(), List.of(), Optional.empty(), List.of(), false, Optional.empty(), NOW);
    }

    private static UnaryOperator<DoctorRequest> also(String name) {
        return request -> new DoctorRequest(
                request.selectors(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(DomainName.of(name)),
                false,
                Optional.empty(),
                NOW);
    }

    private static DoctorRequest parked(DoctorRequest request) {
        return new DoctorRequest(
                List.of(), List.of(), List.of(), Optional.empty(), List.of(), true, Optional.empty(), NOW);
    }

    /** With this policy file, whose keys are all the test key. */
    private static UnaryOperator<DoctorRequest> own(String yaml, String... problems) {
        return request -> new DoctorRequest(
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                false,
                Optional.of(configuration(yaml, problems)),
                NOW);
    }

    static OwnConfiguration configuration(String yaml, String... problems) {
        ParsedConfiguration parsed = ConfigurationParser.parse("policy.yaml", Octets.utf8(yaml), FrontEnd.NONE);
        if (!(parsed instanceof ParsedConfiguration.Valid valid)) {
            throw new AssertionError(parsed);
        }
        Configuration configuration = valid.configuration();
        Map<KeyEntry, SigningKey> keys = new LinkedHashMap<>();
        configuration.signing().keys().forEach(entry -> keys.put(entry, TestKeys.RSA));
        List<InetSocketAddress> resolvers = configuration.dns().servers().isEmpty()
                ? List.of(new InetSocketAddress(address("127.0.0.1"), 53))
                : configuration.dns().servers();
        return new OwnConfiguration(
                configuration, List.of(), configuration.signing().keys(), keys, List.of(problems), resolvers);
    }

    private static String signing(String domain, String more) {
        return """
            protect: [example.org, example.net]
            signing:
              keys:
                - domain: %s
                  selector: s1
                  key-file: s1.pem
            """.formatted(domain) + more;
    }

    private static final String SIGNING = signing("example.org", "");

    private static final String TABLE = """
            #
              table:
                - author: [example.org]
                  keys: [news.example.org]
            """;

    private static final String RETIRED = """
            #
                - domain: example.org
                  selector: old
                  key-file: old.pem
                  retire-after: 2026-10-01
            """;

    private static String[] spf(String record, String... more) {
        return changes(NO_SPF, "example.org TXT " + record, more);
    }

    private static String[] key(String record, String... more) {
        return changes(NO_KEY, "s1._domainkey.example.org TXT " + record, more);
    }

    private static String[] dmarc(String record, String... more) {
        return changes(NO_DMARC, "_dmarc.example.org TXT " + record, more);
    }

    private static String[] changes(String first, String second, String... more) {
        List<String> all = new ArrayList<>(List.of(first, second));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String includes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "exists:mail" + i + ".example.org")
                .collect(Collectors.joining(" ", "v=spf1 ", " -all"));
    }

    private static String[] hosts(int count, String record) {
        List<String> all = new ArrayList<>(List.of(spf(record)));
        IntStream.range(0, count).forEach(i -> all.add("mail" + i + ".example.org A 44.128.1." + (100 + i)));
        return all.toArray(String[]::new);
    }

    private static String[] mailHosts(int count) {
        List<String> all = new ArrayList<>(List.of(hosts(count, "v=spf1 mx:many.example.org -all")));
        IntStream.range(0, count).forEach(i -> all.add("many.example.org MX 10 mail" + i + ".example.org"));
        return all.toArray(String[]::new);
    }

    private static String[] includedMailHosts(int count) {
        List<String> all = new ArrayList<>(List.of(mailHosts(count)));
        all.set(1, "example.org TXT v=spf1 include:bad.provider.net -all");
        all.add("bad.provider.net TXT v=spf1 mx:many.example.org -all");
        return all.toArray(String[]::new);
    }

    private static String rsa(int bits) {
        return "v=DKIM1; k=rsa; p=" + RsaDer.record(bits, 65537);
    }

    /** A modulus that is a power of 65537 modulo each of the primes that the test of CVE-2017-15361 uses. */
    private static String weakKey() {
        BigInteger product = IntStream.of(
                        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
                        101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167)
                .mapToObj(BigInteger::valueOf)
                .reduce(BigInteger.TWO, BigInteger::multiply);
        BigInteger residue = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(12345), product);
        BigInteger high = BigInteger.ONE.shiftLeft(2047).divide(product).add(BigInteger.ONE);
        return "v=DKIM1; p=" + RsaDer.bare(high.multiply(product).add(residue), BigInteger.valueOf(65537));
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static String ed25519() {
        String record = TestKeys.ED25519.publicKeyRecord();
        return record.substring(record.indexOf("p=") + 2);
    }

    /** The key as X.509 wraps it (RFC 8410 §4). */
    private static String wrappedEd25519() {
        byte[] raw = Base64.getDecoder().decode(ed25519());
        byte[] wrapped = new byte[44];
        byte[] head = {0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0};
        System.arraycopy(head, 0, wrapped, 0, head.length);
        System.arraycopy(raw, 0, wrapped, head.length, raw.length);
        return base64(wrapped);
    }

    private static String data() {
        return KEY.substring(KEY.indexOf("p=") + 2);
    }

    static final List<Fault> ALL = all();

    private static List<Fault> all() {
        Cases cases = new Cases();
        spf(cases);
        spfTree(cases);
        dkim(cases);
        dkimKeys(cases);
        dmarc(cases);
        dmarcAddresses(cases);
        rest(cases);
        configuration(cases);
        return List.copyOf(cases.all);
    }

    private static void spf(Cases cases) {
        cases.of(FindingId.DNS_UNAVAILABLE).told("!fail default._bimi.example.org TXT");
        cases.of(FindingId.SPF_NONE).repaired(NO_SPF);
        cases.asked(from(SENDER)).repaired(NO_SPF);
        cases.as(Severity.ERROR).with(FindingId.DKIM_MISSING).repaired(NO_SPF, NO_KEY);
        cases.of(FindingId.SPF_SEVERAL).repaired("example.org TXT v=spf1 mx ~all");
        cases.told("example.org TXT v=spf1 ip:44.128.1.1 -all");
        cases.of(FindingId.SPF_TYPE99).told("!type99");
        cases.of(FindingId.SPF_VERSION_DAMAGE).repaired(spf("v=spf1; mx -all"));
        cases.repaired(spf("v=spf 1 mx -all"));
        cases.repaired(spf("spf1 ip4:44.128.1.1 -all"));
        cases.told(spf("spf2.0/pra mx -all"));
        cases.of(FindingId.SPF_SYNTAX).repaired(spf("v=spf1 ip:44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 ipv4:44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 include=_spf.provider.net -all"));
        cases.repaired(spf("v=spf1 a:44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 ip4: 44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 inlcude:_spf.provider.net -all"));
        cases.told(spf("v=spf1 ip4:44.128.1.1/33 -all"));
        // A line to publish that passes a quarter of all addresses would be worse than none.
        cases.told(spf("v=spf1 ip: 44.128.1.1/2 -all"));
        cases.told(spf("v=spf1 exists:%{x}.example.org -all"));
        cases.of(FindingId.SPF_QUOTES).repaired(spf("\"v=spf1 mx -all\""));
        cases.repaired(spf("v=spf1 mx\" \"ip4:44.128.1.1 -all"));
        cases.of(FindingId.SPF_JOIN).repaired(spf("v=spf1 ip4:44.128.1.1|include:_spf.provider.net -all"));
        cases.repaired(spf("v=spf1 include:_spf.provider.net-all"));
        cases.of(FindingId.SPF_PLUS_ALL).repaired(spf("v=spf1 mx +all"));
        cases.repaired(spf("v=spf1 mx ip4:0.0.0.0/0 -all"));
        cases.repaired(spf("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"));
        cases.repaired(spf("v=spf1 ip6:::/0 -all"));
        cases.told(spf("v=spf1 redirect=all.provider.net", "all.provider.net TXT v=spf1 +all"));
        cases.repaired(
                NO_SPF,
                "example.org TXT v=spf1 redirect=_spf.example.org",
                "_spf.example.org TXT v=spf1 ip4:44.128.1.0/24 +all");
        cases.of(FindingId.SPF_NEUTRAL_ALL).repaired(spf("v=spf1 mx ?all"));
        cases.of(FindingId.SPF_NO_ALL).repaired(spf("v=spf1 mx"));
        cases.of(FindingId.SPF_SOFTFAIL_ALL).told(spf("v=spf1 mx ~all"));
        cases.of(FindingId.SPF_BEHIND_ALL).repaired(spf("v=spf1 mx -all ip4:44.128.1.1"));
        cases.of(FindingId.SPF_REDIRECT_ALL).repaired(spf("v=spf1 mx redirect=_spf.provider.net -all"));
        cases.of(FindingId.SPF_PTR).told(spf("v=spf1 ptr -all"));
        cases.told(spf("v=spf1 exists:%{p}.example.org -all"));
        cases.told(spf("v=spf1 redirect=_spf.example.org", "_spf.example.org TXT v=spf1 ptr -all"));
        cases.of(FindingId.SPF_EXISTS).told(spf("v=spf1 exists:%{i}.example.org -all"));
        cases.of(FindingId.SPF_MACROS).told(spf("v=spf1 a:%{h}.example.org -all"));
        cases.of(FindingId.SPF_MACRO_LOCAL).told(spf("v=spf1 exists:%{l}.example.org -all"));
        cases.of(FindingId.SPF_OVERLAP).repaired(spf("v=spf1 ip4:44.128.1.0/24 ip4:44.128.1.7 -all"));
        cases.repaired(spf("v=spf1 ip4:44.128.1.7/24 -all"));
        cases.repaired(spf("v=spf1 ip4:44.128.2.7 include:_spf.provider.net -all"));
        cases.repaired(spf("v=spf1 ip4:44.128.1.7 ip4:44.128.1.7 -all"));
        cases.of(FindingId.SPF_WIDE).told(spf("v=spf1 ip4:44.128.0.0/15 -all"));
        cases.as(Severity.ERROR).told(spf("v=spf1 ip4:44.0.0.0/7 -all"));
        cases.told(spf("v=spf1 ip6:2a00::/20 -all"));
        cases.told(spf("v=spf1 mx/12 -all"));
        cases.of(FindingId.SPF_PRIVATE).repaired(spf("v=spf1 mx ip4:192.168.0.0/24 -all"));
        cases.of(FindingId.SPF_LONG_STRING).told(spf("v=spf1 " + "ip4:44.128.1.1 ".repeat(16) + "ip4:44.1"));
        cases.of(FindingId.SPF_LARGE).told("example.org TXT verification=" + "x".repeat(220) + "|" + "y".repeat(200));
        cases.as(Severity.ERROR)
                .with(FindingId.NS_LAME)
                .told("!withouttcp", "example.org TXT " + "x".repeat(220) + "|" + "y".repeat(250));
        cases.of(FindingId.SPF_EXP_MISSING).repaired(spf("v=spf1 mx -all exp=why.example.org"));
        cases.of(FindingId.SPF_EXP_NON_ASCII)
                .told(spf("v=spf1 mx -all exp=why.example.org", "why.example.org TXT h\u00e9"));
        cases.of(FindingId.SPF_UNKNOWN_MODIFIER).told(spf("v=spf1 mx redirct=example.org -all"));
        cases.of(FindingId.SPF_WILDCARD).told("*.example.org TXT v=spf1 mx -all");
        cases.of(FindingId.SPF_HELO).asked(helo("out.example.org", SENDER)).repaired("out.example.org A " + SENDER);
        cases.of(FindingId.SPF_HOST_NAMES).asked(also("www.example.org")).repaired("www.example.org A 44.128.1.20");
    }

    private static void spfTree(Cases cases) {
        cases.of(FindingId.SPF_TOO_MANY_LOOKUPS).told(hosts(11, includes(11)));
        cases.as(Severity.WARNING).told(hosts(8, includes(8)));
        cases.of(FindingId.SPF_TOO_MANY_VOIDS)
                .told(spf("v=spf1 exists:a.example.net exists:b.example.net exists:c.example.net -all"));
        cases.as(Severity.WARNING).told(spf("v=spf1 exists:a.example.net exists:b.example.net -all"));
        cases.of(FindingId.SPF_MX_MANY).told(mailHosts(11));
        cases.of(FindingId.SPF_INCLUDE_MISSING).repaired(spf("v=spf1 mx include:gone.provider.net -all"));
        cases.of(FindingId.SPF_INCLUDE_LOOP)
                .told(spf(
                        "v=spf1 include:loop.provider.net -all",
                        "loop.provider.net TXT v=spf1 include:example.org -all"));
        cases.told(spf("v=spf1 include:example.org -all"));
        cases.of(FindingId.SPF_REDIRECT_LOOP)
                .told(spf("v=spf1 redirect=loop.provider.net", "loop.provider.net TXT v=spf1 redirect=example.org"));
        cases.of(FindingId.SPF_INCLUDE_BROKEN)
                .told(spf("v=spf1 include:bad.provider.net -all", "bad.provider.net TXT v=spf1 ip:44.128.1.1 -all"));
        cases.told(spf(
                "v=spf1 include:bad.provider.net -all", "bad.provider.net TXT v=spf1 include:gone.provider.net -all"));
        cases.told(includedMailHosts(11));
        cases.of(FindingId.SPF_INCLUDE_ALL)
                .repaired(spf("v=spf1 mx include:all.provider.net -all", "all.provider.net TXT v=spf1 +all"));
        cases.repaired(spf(
                "v=spf1 mx include:a.provider.net -all",
                "a.provider.net TXT v=spf1 redirect=b.provider.net",
                "b.provider.net TXT v=spf1 include:all.provider.net -all",
                "all.provider.net TXT v=spf1 ip4:0.0.0.0/0 -all"));
        cases.as(Severity.WARNING)
                .told(spf("v=spf1 include:all.provider.net -all", "all.provider.net TXT v=spf1 ip4:44.128.3.1 ?all"));
        cases.of(FindingId.SPF_INCLUDE_TWICE)
                .repaired(spf("v=spf1 include:_spf.provider.net include:_spf.provider.net -all"));
        cases.told(spf(
                "v=spf1 include:_spf.provider.net include:b.provider.net -all",
                "b.provider.net TXT v=spf1 include:_spf.provider.net -all"));
        cases.of(FindingId.SPF_REDIRECT_MISSING)
                .with(FindingId.SPF_REDIRECT_MISSING)
                .repaired(spf("v=spf1 mx redirect=gone.provider.net"));
        cases.of(FindingId.SPF_A_MISSING).repaired(spf("v=spf1 mx a:gone.example.org -all"));
        cases.repaired(spf("v=spf1 a mx -all"));
        cases.of(FindingId.SPF_SENDER_UNLISTED)
                .asked(from("44.128.7.1"))
                .repaired("1.7.128.44.in-addr.arpa PTR other.example.org", "other.example.org A 44.128.7.1");
    }

    private static void dkim(Cases cases) {
        cases.of(FindingId.DKIM_MISSING).told(NO_KEY);
        cases.as(Severity.ERROR).asked(own(SIGNING)).repaired(NO_KEY);
        cases.asked(selectors()).told(NO_KEY);
        cases.told(key("unrelated text"));
        cases.of(FindingId.DKIM_WRONG_NAME).repaired(NO_KEY, "s1._domainkey.example.org.example.org TXT " + KEY);
        cases.repaired(NO_KEY, "s1.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_SEVERAL).told("s1._domainkey.example.org TXT " + rsa(2048));
        cases.asked(own(SIGNING)).repaired("s1._domainkey.example.org TXT " + rsa(2048));
        cases.of(FindingId.DKIM_CNAME)
                .told(NO_KEY, "s1._domainkey.example.org CNAME key.provider.net", "key.provider.net TXT " + KEY);
        cases.of(FindingId.DKIM_CNAME_DANGLING).told(NO_KEY, "s1._domainkey.example.org CNAME gone.provider.net");
        cases.told(NO_KEY, "s1._domainkey.example.org CNAME s1._domainkey.example.org");
        cases.of(FindingId.DKIM_WILDCARD).told(NO_KEY, "*._domainkey.example.org TXT " + KEY);
        cases.told(NO_KEY, "*._domainkey.example.org TXT v=spf1 -all");
        cases.of(FindingId.DKIM_VERSION).repaired(key("v=DKIM2; p=" + data()));
        cases.repaired(key("p=" + data() + "; v=DKIM1"));
        cases.repaired(key("v=dkim1; k=rsa; p=" + data()));
        cases.of(FindingId.DKIM_ESCAPED).repaired(key("v=DKIM1\\; k=rsa\\; p=" + data()));
        cases.of(FindingId.DKIM_QUOTED).repaired(key("\"v=DKIM1; k=rsa; p=" + data() + "\""));
        // The quotation mark hides that no hash is permitted that anybody uses.
        cases.of(FindingId.DKIM_QUOTED).repaired(key("v=DKIM1; k=rsa; h=\"ha256; p=" + data()));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + data().substring(0, 100) + "\" \"" + data().substring(100)));
        cases.of(FindingId.DKIM_BLANKS)
                .told(key("v=DKIM1; k=rsa; p=" + data().substring(0, 100) + " " + data().substring(100)));
        cases.of(FindingId.DKIM_PEM)
                .repaired(key("v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----" + data() + "-----END PUBLIC KEY-----"));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + data().substring(0, 64) + "\\n" + data().substring(64)));
        cases.of(FindingId.DKIM_DUPLICATE_TAG).repaired(key("v=DKIM1; k=rsa; k=rsa; p=" + data()));
        cases.repaired(key("v=DKIM1; rsa; p=" + data()));
        cases.of(FindingId.DKIM_NO_P).told(key("v=DKIM1; k=rsa"));
        cases.of(FindingId.DKIM_REVOKED).told(key("v=DKIM1; p="));
        cases.asked(own(SIGNING)).repaired(key("v=DKIM1; p="));
        cases.of(FindingId.DKIM_HASH).repaired(key("v=DKIM1; h=sha1; p=" + data()));
        cases.repaired(key("v=DKIM1; h=rsa-sha256; p=" + data()));
        cases.as(Severity.WARNING).repaired(key("v=DKIM1; h=sha1:sha256; p=" + data()));
        cases.of(FindingId.DKIM_SERVICE).repaired(key("v=DKIM1; s=tlsrpt; p=" + data()));
        cases.of(FindingId.DKIM_TESTING).repaired(key("v=DKIM1; t=y; p=" + data()));
        cases.of(FindingId.DKIM_STRICT).told(key("v=DKIM1; t=s; p=" + data()));
        cases.as(Severity.ERROR)
                .asked(own(signing("example.org", "  auid: \"@news.example.org\"\n")))
                .repaired(key("v=DKIM1; t=s; p=" + data()));
        cases.of(FindingId.DKIM_GRANULARITY).repaired(key("v=DKIM1; g=*; p=" + data()));
        cases.of(FindingId.DKIM_UNKNOWN_TAG).told(key("v=DKIM1; x=1; p=" + data()));
        cases.of(FindingId.DKIM_OLD_POLICY).repaired("_domainkey.example.org TXT t=y; o=~");
        cases.repaired("_adsp._domainkey.example.org TXT dkim=all");
    }

    private static void dkimKeys(Cases cases) {
        cases.of(FindingId.DKIM_CUT).told(key(HALF_KEY));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + data() + data()));
        cases.told(key("v=DKIM1; k=rsa; p=" + data().substring(0, 236)));
        cases.of(FindingId.DKIM_NOT_A_KEY).told(key("v=DKIM1; k=rsa; p=%%%"));
        cases.told(key("v=DKIM1; k=rsa; p=AAAAAAAA"));
        cases.told(key("v=DKIM1; p=" + privateKey()));
        cases.told(key("v=DKIM1; p=-----BEGIN PRIVATE KEY-----" + privateKey()));
        cases.of(FindingId.DKIM_TYPE).repaired(key("v=DKIM1; k=dsa; p=" + data()));
        cases.repaired(key("v=DKIM1; k=ed25519; p=" + wrappedEd25519()));
        cases.repaired(key("v=DKIM1; k=ed25519; p=" + data()));
        cases.repaired(key("v=DKIM1; k=rsa; p=" + ed25519()));
        cases.of(FindingId.DKIM_ED25519_ALONE).told(key("v=DKIM1; k=ed25519; p=" + ed25519()));
        cases.of(FindingId.DKIM_SHORT).told(key(rsa(768)));
        cases.as(Severity.WARNING).told(key(rsa(1024)));
        cases.of(FindingId.DKIM_LONG).told(key(rsa(3072)));
        cases.as(Severity.WARNING).told(key(rsa(5120)));
        cases.as(Severity.WARNING).told(key(rsa(9000)));
        cases.of(FindingId.DKIM_WEAK).told(key("v=DKIM1; k=rsa; p=" + RsaDer.record(2048, 1)));
        cases.told(key("v=DKIM1; k=rsa; p=" + RsaDer.record(2048, 4)));
        cases.told(key(weakKey()));
        cases.of(FindingId.DKIM_SHARED).asked(selectors("s1", "s2")).told("s2._domainkey.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_MISMATCH).asked(own(SIGNING)).repaired(key(rsa(2048)));
        cases.of(FindingId.DKIM_STALE)
                .asked(own(SIGNING + RETIRED))
                .with(FindingId.DKIM_SHARED)
                .repaired("old._domainkey.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_AGE).asked(selectors("s202401")).told("s202401._domainkey.example.org TXT " + KEY);
        cases.of(FindingId.DKIM_TTL).told(NO_KEY, "s1._domainkey.example.org 172800 TXT " + KEY);
        cases.told(NO_KEY, "s1._domainkey.example.org 60 TXT " + KEY);
    }

    private static String privateKey() {
        StringBuilder base64 = new StringBuilder();
        TestKeys.RSA_PEM.lines().filter(line -> !line.startsWith("-")).forEach(base64::append);
        return base64.toString();
    }

    private static void dmarc(Cases cases) {
        cases.of(FindingId.DMARC_NONE).repaired(NO_DMARC);
        cases.as(Severity.WARNING)
                .with(FindingId.DMARC_SUFFIX_ABOVE)
                .told(NO_DMARC, "_dmarc.org TXT v=DMARC1; p=reject; psd=y");
        cases.of(FindingId.DMARC_WRONG_PLACE)
                .repaired(NO_DMARC, "example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
        cases.repaired(NO_DMARC, "_dmarc.example.org.example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
        cases.of(FindingId.DMARC_SEVERAL).repaired("_dmarc.example.org TXT v=DMARC1; p=none");
        cases.of(FindingId.DMARC_VERSION).repaired(dmarc("v=dmarc1; p=reject; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("\"v=DMARC1; p=reject; rua=mailto:dmarc@example.org\""));
        cases.repaired(dmarc("v=DMARC1\\; p=reject\\; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("p=reject; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_P_MISSING).repaired(dmarc("v=DMARC1; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_P_INVALID).repaired(dmarc("v=DMARC1; p=quarentine; rua=mailto:dmarc@example.org"));
        cases.told(dmarc("v=DMARC1; p=monitor; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SP_INVALID)
                .repaired(dmarc("v=DMARC1; p=reject; sp=rejct; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_NP_INVALID)
                .repaired(dmarc("v=DMARC1; p=reject; np=rejected; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_P_LATE).repaired(dmarc("v=DMARC1; rua=mailto:dmarc@example.org; p=reject"));
        cases.of(FindingId.DMARC_REMOVED_TAG)
                .repaired(dmarc("v=DMARC1; p=reject; pct=50; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; ri=3600; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_MONITORING).told(dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_TESTING).repaired(dmarc("v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SP_WEAKER)
                .repaired(dmarc("v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_NP_WEAKER)
                .repaired(dmarc("v=DMARC1; p=reject; np=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_NP_MISSING).repaired(dmarc("v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SP_USELESS)
                .with(FindingId.DMARC_TREE_DIFFERS)
                .repaired(dmarc(
                        "v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@example.org",
                        "_dmarc.org TXT v=DMARC1; p=none"));
        cases.of(FindingId.DMARC_PSD).repaired(dmarc("v=DMARC1; p=reject; psd=y; rua=mailto:dmarc@example.org"));
        cases.as(Severity.INFO).told(dmarc("v=DMARC1; p=reject; psd=n; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SUFFIX_ABOVE).told("_dmarc.org TXT v=DMARC1; p=reject; psd=y");
        cases.of(FindingId.DMARC_TREE_DIFFERS).repaired("_dmarc.org TXT v=DMARC1; p=none");
        cases.of(FindingId.DMARC_DUPLICATE_TAG)
                .repaired(dmarc("v=DMARC1; p=reject; p=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_UNKNOWN_TAG).told(dmarc("v=DMARC1; p=reject; adkmi=s; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_VALUE_INVALID)
                .repaired(dmarc("v=DMARC1; p=reject; adkim=strict; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_SEPARATOR)
                .repaired(dmarc("v=DMARC1; p=reject,sp=reject; rua=mailto:dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject rua=mailto:dmarc@example.org"));
        cases.as(Severity.WARNING).repaired(dmarc("v=DMARC1; p=reject; reports please; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_CNAME)
                .told(
                        NO_DMARC,
                        "_dmarc.example.org CNAME d.provider.net",
                        "d.provider.net TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
        cases.of(FindingId.DMARC_STRICT).told(dmarc("v=DMARC1; p=reject; aspf=s; rua=mailto:dmarc@example.org"));
        cases.as(Severity.WARNING)
                .asked(own(signing("news.example.org", TABLE)))
                .repaired(dmarc("v=DMARC1; p=reject; adkim=s; rua=mailto:dmarc@example.org"));
    }

    private static void dmarcAddresses(Cases cases) {
        cases.of(FindingId.DMARC_RUA_MISSING).repaired(dmarc("v=DMARC1; p=reject"));
        cases.of(FindingId.DMARC_RUA_SYNTAX).repaired(dmarc("v=DMARC1; p=reject; rua=dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; rua=mailto: dmarc@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org; mailto:two@example.org"));
        cases.repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org mailto:two@example.org"));
        cases.told(dmarc("v=DMARC1; p=reject; rua=nobody"));
        cases.of(FindingId.DMARC_RUA_SIZE).repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org!10m"));
        cases.of(FindingId.DMARC_RUA_SCHEME).told(dmarc("v=DMARC1; p=reject; rua=https://example.org/reports"));
        cases.of(FindingId.DMARC_RUA_UNAUTHORIZED).repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@provider.net"));
        cases.of(FindingId.DMARC_RUF_UNAUTHORIZED)
                .with(FindingId.DMARC_RUF)
                .repaired(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org; ruf=mailto:dmarc@provider.net"));
        cases.of(FindingId.DMARC_RUA_NO_MX)
                .told(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.org", "reports.example.org MX 0 ."));
        cases.of(FindingId.DMARC_FO).repaired(dmarc("v=DMARC1; p=reject; fo=1; rua=mailto:dmarc@example.org"));
        cases.as(Severity.WARNING)
                .with(FindingId.DMARC_RUF)
                .repaired(
                        dmarc("v=DMARC1; p=reject; fo=x; rua=mailto:dmarc@example.org; ruf=mailto:dmarc@example.org"));
        cases.of(FindingId.DMARC_RUF)
                .told(dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.org; ruf=mailto:dmarc@example.org"));
    }

    private static void rest(Cases cases) {
        cases.of(FindingId.MX_NONE).told("- example.org MX", "example.org A " + SENDER);
        cases.of(FindingId.MX_NULL).with(FindingId.DMARC_RUA_NO_MX).told("- example.org MX", "example.org MX 0 .");
        cases.of(FindingId.MX_CNAME)
                .told("example.org MX 20 alias.example.org", "alias.example.org CNAME mail.example.org");
        cases.of(FindingId.MX_NO_ADDRESS).told("example.org MX 20 gone.example.org");
        cases.of(FindingId.MX_LITERAL).told("example.org MX 20 44.128.1.10");
        cases.of(FindingId.PTR_NONE).asked(from(SENDER)).told("- 10.1.128.44.in-addr.arpa PTR");
        cases.of(FindingId.PTR_MISMATCH)
                .asked(from(SENDER))
                .told("- 10.1.128.44.in-addr.arpa PTR", "10.1.128.44.in-addr.arpa PTR mx.provider.net");
        cases.of(FindingId.HELO_UNRESOLVABLE)
                .asked(helo("localhost.localdomain", SENDER))
                .told();
        cases.of(FindingId.HELO_MISMATCH)
                .asked(helo("mail.example.org", "44.128.1.11"))
                .told("11.1.128.44.in-addr.arpa PTR out.example.org", "out.example.org A 44.128.1.11");
        cases.of(FindingId.HELO_LITERAL).asked(helo("[44.128.1.10]", SENDER)).told();
        cases.asked(helo("44.128.1.10", SENDER)).told();
        cases.of(FindingId.DNSSEC).told("!security UNSIGNED");
        cases.as(Severity.ERROR).told("!security BOGUS");
        cases.of(FindingId.MTA_STS).told("- _mta-sts.example.org TXT");
        cases.as(Severity.WARNING).told("- _mta-sts.example.org TXT", "_mta-sts.example.org TXT v=STSv1; id=2026-11");
        cases.of(FindingId.TLSRPT).told("- _smtp._tls.example.org TXT");
        cases.as(Severity.WARNING).told("- _smtp._tls.example.org TXT", "_smtp._tls.example.org TXT v=TLSRPTv1; rua=x");
        cases.as(Severity.WARNING)
                .told("- _smtp._tls.example.org TXT", "_smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:a@b,c@d");
        cases.of(FindingId.BIMI).told("- default._bimi.example.org TXT");
        cases.as(Severity.WARNING)
                .told("- default._bimi.example.org TXT", "default._bimi.example.org TXT v=BIMI1; l=http://x");
        cases.of(FindingId.PARKED).asked(Faults::parked).repaired();
        cases.of(FindingId.NS_DISAGREE).told("!differs example.org");
        cases.of(FindingId.NS_LAME).told("!lame");
        cases.of(FindingId.TTL_LONG).told(NO_SPF, SPF.replace(" TXT", " 172800 TXT"));
    }

    private static void configuration(Cases cases) {
        cases.of(FindingId.DMARC_UNSIGNED_REJECT)
                .asked(own("protect: [example.org]\n"))
                .told();
        cases.of(FindingId.DMARC_READY)
                .asked(own(SIGNING))
                .with(FindingId.DMARC_MONITORING)
                .told(dmarc("v=DMARC1; p=none; rua=mailto:dmarc@example.org"));
        cases.of(FindingId.OWN_ENTRY_UNALIGNED)
                .asked(own(signing("example.net", TABLE.replace("news.example.org", "example.net"))))
                .told();
        cases.of(FindingId.OWN_DOMAIN_UNPROTECTED)
                .asked(own(SIGNING.replace("protect: [example.org, example.net]", "")))
                .told();
        cases.of(FindingId.OWN_AUTHSERV_ID)
                .asked(own(SIGNING + "authserv-id: mx.elsewhere.test\n"))
                .told();
        cases.of(FindingId.OWN_KEY_EXPIRING)
                .asked(own(SIGNING + "      retire-after: 2026-12-05\n"))
                .told();
        cases.of(FindingId.OWN_KEY_PERMS)
                .asked(own(SIGNING, "policy.yaml:5: s1.pem is readable by others: chmod 600."))
                .told();
        cases.of(FindingId.OWN_RESOLVER)
                .asked(own(SIGNING + "dns:\n  servers: [\"9.9.9.9\"]\n"))
                .told();
    }
}
