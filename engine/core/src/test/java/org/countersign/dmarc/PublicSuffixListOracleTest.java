package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.client5.http.psl.PublicSuffixListParser;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The Public Suffix List, compared with the matcher of Apache HttpClient")
class PublicSuffixListOracleTest {
    /** In Balinese script, which java.net.IDN of the oracle does not convert, since it is limited to Unicode 3.2. */
    private static final String UNKNOWN_TO_THE_ORACLE = "ᬩᬮᬶ.id";

    private static final PublicSuffixList LIST = PublicSuffixList.bundled();
    private static String text = "";
    private static PublicSuffixMatcher oracle = new PublicSuffixMatcher(List.of());

    @BeforeAll
    static void readTheListOfTheOracle() throws IOException {
        try (InputStream in =
                PublicSuffixMatcher.class.getResourceAsStream("/org/publicsuffix/list/effective_tld_names.dat")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        oracle = new PublicSuffixMatcher(PublicSuffixListParser.INSTANCE.parseByType(new StringReader(text)));
    }

    @Test
    void everyRuleAndTheNamesAroundItHaveTheSameOrganizationalDomain() {
        List<String> rules = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("//"))
                .filter(rule -> !rule.equals(UNKNOWN_TO_THE_ORACLE))
                .toList();
        assertThat(rules).hasSizeGreaterThan(9_000);
        assertThat(rules.stream()
                        .flatMap(PublicSuffixListOracleTest::namesAround)
                        .distinct())
                .allSatisfy(PublicSuffixListOracleTest::bothGiveTheSame);
    }

    @Test
    void aRuleOfAScriptThatTheOracleDoesNotConvertHasAnEffect() {
        assertThat(text.lines()).contains(UNKNOWN_TO_THE_ORACLE);
        assertThat(LIST.isPublicSuffix(DomainName.of(UNKNOWN_TO_THE_ORACLE))).isTrue();
        assertThat(oracle.getDomainRoot("a.b.xn--9tfky.id")).isEqualTo("xn--9tfky.id");
        assertThat(LIST.organizationalDomain(DomainName.of("a.b.xn--9tfky.id"))).hasToString("b.xn--9tfky.id");
    }

    private static Stream<DomainName> namesAround(String rule) {
        String name = rule.startsWith("!") ? rule.substring(1) : rule;
        DomainName domain = DomainName.of(name.startsWith("*.") ? "x" + name.substring(1) : name);
        return Stream.of(
                        Optional.of(domain),
                        domain.parent(),
                        domain.child("a"),
                        domain.child("b").flatMap(child -> child.child("a")),
                        domain.child("c").flatMap(child -> child.child("b")).flatMap(child -> child.child("a")))
                .flatMap(Optional::stream);
    }

    private static void bothGiveTheSame(DomainName name) {
        Optional<DomainName> expected =
                Optional.ofNullable(oracle.getDomainRoot(name.toString())).map(DomainName::of);
        assertThat(LIST.organizationalDomain(name)).isEqualTo(expected.orElse(name));
        assertThat(LIST.isPublicSuffix(name)).isEqualTo(expected.isEmpty());
    }
}
