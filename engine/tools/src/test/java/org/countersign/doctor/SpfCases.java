package org.countersign.doctor;

import static org.countersign.doctor.ExampleDomain.NO_KEY;
import static org.countersign.doctor.ExampleDomain.NO_SPF;
import static org.countersign.doctor.ExampleDomain.SENDER;
import static org.countersign.doctor.ExampleRequest.also;
import static org.countersign.doctor.ExampleRequest.helo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Findings about SPF records and their trees. */
final class SpfCases {
    private SpfCases() {}

    static void add(FindingCases cases) {
        versions(cases);
        syntax(cases);
        meaning(cases);
        shape(cases);
        trees(cases);
    }

    private static String[] spf(String record, String... more) {
        return FindingCases.changes(NO_SPF, "example.org TXT " + record, more);
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

    private static void versions(FindingCases cases) {
        cases.of(FindingId.DNS_UNAVAILABLE).told("!fail default._bimi.example.org TXT");
        cases.of(FindingId.SPF_NONE).repaired(NO_SPF);
        cases.asked(ExampleRequest.from(SENDER)).repaired(NO_SPF);
        cases.as(Severity.ERROR).with(FindingId.DKIM_MISSING).repaired(NO_SPF, NO_KEY);
        cases.of(FindingId.SPF_SEVERAL).repaired("example.org TXT v=spf1 mx ~all");
        cases.told("example.org TXT v=spf1 ip:44.128.1.1 -all");
        cases.of(FindingId.SPF_TYPE99).told("!type99");
        cases.of(FindingId.SPF_VERSION_DAMAGE).repaired(spf("v=spf1; mx -all"));
        cases.repaired(spf("v=spf 1 mx -all"));
        cases.repaired(spf("spf1 ip4:44.128.1.1 -all"));
        cases.told(spf("spf2.0/pra mx -all"));
    }

    private static void syntax(FindingCases cases) {
        cases.of(FindingId.SPF_SYNTAX).repaired(spf("v=spf1 ip:44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 ipv4:44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 include=_spf.provider.net -all"));
        cases.repaired(spf("v=spf1 a:44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 ip4: 44.128.1.1 -all"));
        cases.repaired(spf("v=spf1 inlcude:_spf.provider.net -all"));
        cases.told(spf("v=spf1 ip4:44.128.1.1/33 -all"));
        // A line to publish that passes a quarter of all addresses would be worse than none.
        cases.with(FindingId.SPF_WIDE, FindingId.SPF_OVERLAP).told(spf("v=spf1 ip: 44.128.1.1/2 -all"));
        // What can still be read is examined too.
        cases.with(FindingId.SPF_WIDE).told(spf("v=spf1 ip4:44.128.1.1/33 ip4:44.0.0.0/6 -all"));
        cases.told(spf("v=spf1 exists:%{x}.example.org -all"));
        cases.of(FindingId.SPF_QUOTES).repaired(spf("\"v=spf1 mx -all\""));
        cases.repaired(spf("v=spf1 mx\" \"ip4:44.128.1.1 -all"));
        cases.of(FindingId.SPF_JOIN).repaired(spf("v=spf1 ip4:44.128.1.1|include:_spf.provider.net -all"));
        cases.repaired(spf("v=spf1 include:_spf.provider.net-all"));
    }

    /** Terms that are valid and do not say what was meant. */
    private static void meaning(FindingCases cases) {
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
    }

    /** Strings, sizes, modifiers, and records of other names. */
    private static void shape(FindingCases cases) {
        cases.of(FindingId.SPF_LONG_STRING).told(spf("v=spf1 " + "ip4:44.128.1.1 ".repeat(16) + "ip4:44.1"));
        String half = "|" + "y".repeat(250) + "|" + "z".repeat(250);
        cases.of(FindingId.SPF_LARGE)
                .told("example.org TXT " + "x".repeat(250) + half, "example.org TXT " + "u".repeat(250) + half);
        cases.as(Severity.HINT).told("example.org TXT verification=" + "x".repeat(220) + "|" + "y".repeat(200));
        cases.as(Severity.WARNING)
                .with(FindingId.NS_LAME)
                .told("!withouttcp", "example.org TXT " + "x".repeat(220) + "|" + "y".repeat(250));
        cases.as(Severity.ERROR)
                .with(FindingId.NS_LAME)
                .told(
                        "!withouttcp",
                        "example.org TXT " + "x".repeat(250) + half,
                        "example.org TXT " + "u".repeat(250) + half);
        cases.of(FindingId.SPF_EXP_MISSING).repaired(spf("v=spf1 mx -all exp=why.example.org"));
        cases.of(FindingId.SPF_EXP_NON_ASCII)
                .told(spf("v=spf1 mx -all exp=why.example.org", "why.example.org TXT h\u00e9"));
        cases.of(FindingId.SPF_UNKNOWN_MODIFIER).told(spf("v=spf1 mx redirct=example.org -all"));
        cases.of(FindingId.SPF_WILDCARD).told("*.example.org TXT v=spf1 mx -all");
        cases.of(FindingId.SPF_HELO).asked(helo("out.example.org", SENDER)).repaired("out.example.org A " + SENDER);
        cases.of(FindingId.SPF_HOST_NAMES).asked(also("www.example.org")).repaired("www.example.org A 44.128.1.20");
    }

    private static void trees(FindingCases cases) {
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
                .asked(ExampleRequest.from("44.128.7.1"))
                .repaired("1.7.128.44.in-addr.arpa PTR other.example.org", "other.example.org A 44.128.7.1");
    }
}
