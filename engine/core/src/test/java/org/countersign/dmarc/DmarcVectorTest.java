package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.MessageLookups;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DmarcVectorTest {
    private static final int MIN_VECTORS = 114;

    static Stream<DmarcVector> vectors() {
        return Stream.of("tree-walk.yaml", "policy.yaml", "alignment.yaml")
                .flatMap(file -> DmarcVector.load(file).stream());
    }

    @Test
    void noVectorIsMissingAndIdsAreUnique() {
        Set<String> ids = new HashSet<>();
        List<String> twice = new ArrayList<>();
        vectors().forEach(vector -> {
            if (!ids.add(vector.id())) {
                twice.add(vector.id());
            }
        });
        assertThat(twice).isEmpty();
        assertThat(ids).hasSizeGreaterThanOrEqualTo(MIN_VECTORS);
    }

    @Test
    void aMissingFileIsAnError() {
        assertThatThrownBy(() -> DmarcVector.load("missing.yaml")).hasMessageContaining("missing.yaml");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void evaluatesAsTheVectorSays(DmarcVector vector) {
        DnsLookups dns = new MessageLookups(vector.zone(), 200, Instant.MAX);
        DmarcResult result = new DmarcEvaluator().evaluate(vector.authorDomain(), vector.identifiers(), dns);
        assertThat(result.explain()).endsWith(".").doesNotContain("\n");
        vector.expect()
                .forEach((key, expected) ->
                        assertThat(actual(key, expected, result, dns)).as(key).isEqualTo(expected));
    }

    private static Object actual(String key, Object expected, DmarcResult result, DnsLookups dns) {
        DmarcEvidence evidence = result.evidence();
        return switch (key) {
            case "dmarc" -> result.keyword();
            case "problem" -> problem(result);
            case "policy-domain" ->
                evidence.published()
                        .map(published -> published.policyDomain().toString())
                        .orElse("");
            case "tag" ->
                evidence.requested().map(policy -> policy.tag().name()).orElse("");
            case "declared" ->
                evidence.requested().map(policy -> policy.declared().keyword()).orElse("");
            case "applied" ->
                evidence.requested().map(policy -> policy.applied().keyword()).orElse("");
            case "organizational-domain" ->
                evidence.discovery()
                        .organizationalDomain()
                        .map(DomainName::toString)
                        .orElse("");
            case "aligned" ->
                evidence.authenticated().stream()
                        .filter(IdentifierAlignment::isAligned)
                        .map(each -> each.domain().toString())
                        .toList();
            case "not-aligned" -> {
                Map<String, Object> found = new LinkedHashMap<>();
                for (IdentifierAlignment each : evidence.authenticated()) {
                    if (!each.isAligned()) {
                        found.put(each.domain().toString(), each.alignment().name());
                    }
                }
                yield found;
            }
            case "walk" ->
                evidence.discovery().queries().stream()
                        .map(query -> query.name().toString())
                        .toList();
            case "organizational-domains" -> {
                Map<String, Object> found = new LinkedHashMap<>();
                for (String name : DmarcVector.strings(expected).keySet()) {
                    found.put(
                            name,
                            TreeWalk.walk(DomainName.of(name), dns)
                                    .organizationalDomain()
                                    .map(DomainName::toString)
                                    .orElse(""));
                }
                yield found;
            }
            default -> throw new IllegalArgumentException("no such expectation: " + key);
        };
    }

    private static String problem(DmarcResult result) {
        return switch (result) {
            case DmarcResult.Pass pass -> "";
            case DmarcResult.Fail fail -> fail.problem().name();
            case DmarcResult.None none -> none.problem().name();
            case DmarcResult.TempError error -> error.problem().name();
            case DmarcResult.PermError error -> error.problem().name();
        };
    }
}
