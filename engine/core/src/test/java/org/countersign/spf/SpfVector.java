package org.countersign.spf;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.testing.VectorZones;
import org.countersign.vectors.CaseNode;

/**
 * One case of {@code vectors/spf}.
 *
 * @param expect the expected result, by the keys of the format
 */
record SpfVector(String id, StaticZone zone, SpfRequest request, Map<String, Object> expect) {
    static SpfVector read(CaseNode node) {
        CaseNode smtp = node.section("smtp");
        InetAddress client =
                IpNetwork.parseAddress(smtp.string("ip")).orElseThrow(() -> smtp.problem("ip", "is no address"));
        String helo = smtp.string("helo");
        ReversePath mailFrom = path(smtp.string("mail-from"));
        boolean checksHelo = node.optionalOneOf("identity", List.of("mail-from", "helo"))
                .orElse("")
                .equals("helo");
        return new SpfVector(
                node.string("id"),
                VectorZones.staticZone(node.zone()),
                checksHelo ? SpfRequest.helo(client, helo) : SpfRequest.mailFrom(client, mailFrom, helo),
                expectations(node.section("expect")));
    }

    private static ReversePath path(String mailFrom) {
        int at = mailFrom.lastIndexOf('@');
        return mailFrom.isEmpty()
                ? new ReversePath.Null()
                : new ReversePath.Address(mailFrom.substring(0, at), mailFrom.substring(at + 1));
    }

    private static Map<String, Object> expectations(CaseNode expect) {
        Map<String, Object> expectations = new TreeMap<>();
        expectations.put("spf", expect.string("spf"));
        for (String key : List.of("problem", "domain", "mechanism", "record-at", "explanation")) {
            expect.optionalString(key).ifPresent(text -> expectations.put(key, text));
        }
        for (String key : List.of("terms", "void-lookups", "questions")) {
            expect.optionalInteger(key).ifPresent(number -> expectations.put(key, number));
        }
        if (expect.has("hops")) {
            expectations.put("hops", expect.strings("hops"));
        }
        return expectations;
    }

    /** The value of a result for a key of the format. */
    static Object actual(String key, SpfResult result, CountingLookups dns) {
        SpfEvidence evidence = result.evidence();
        return switch (key) {
            case "spf" -> result.keyword();
            case "problem" -> result.problem().map(Enum::name).orElse("");
            case "domain" -> result.domain().map(DomainName::toString).orElse("");
            case "mechanism" -> result.mechanism().orElse("");
            case "record-at" ->
                evidence.decidingRecord().map(step -> step.domain().toString()).orElse("");
            case "hops" ->
                evidence.chain().stream().map(step -> step.domain().toString()).toList();
            case "explanation" ->
                result.kind() == SpfResult.Kind.FAIL ? result.explanation().orElse("") : "no fail";
            case "terms" -> evidence.dnsTerms();
            case "void-lookups" -> evidence.voidLookups();
            case "questions" -> dns.distinctQueries();
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public String toString() {
        return id;
    }
}
