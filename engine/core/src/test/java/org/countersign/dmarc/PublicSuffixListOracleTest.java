package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hc.client5.http.psl.PublicSuffixListParser;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The Public Suffix List, compared with the matcher of Apache HttpClient")
class PublicSuffixListOracleTest {
    /** In Balinese script, which java.net.IDN of the oracle does not convert, since it is limited to Unicode 3.2. */
    private static final String UNKNOWN_TO_THE_ORACLE = "ᬩᬮᬶ.id";

    private static final PublicSuffixList LIST = PublicSuffixList.bundled();
    private static final String TEXT = read();
    private static final PublicSuffixMatcher ORACLE = oracle();

    private static String read() {
        try (InputStream in = Objects.requireNonNull(
                PublicSuffixMatcher.class.getResourceAsStream("/org/publicsuffix/list/effective_tld_names.dat"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static PublicSuffixMatcher oracle() {
        try {
            return new PublicSuffixMatcher(PublicSuffixListParser.INSTANCE.parseByType(new StringReader(TEXT)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void everyRuleAndTheNamesAroundItHaveTheSameOrganizationalDomain() {
        List<String> rules = TEXT.lines()
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
        assertThat(TEXT.lines()).contains(UNKNOWN_TO_THE_ORACLE);
        assertThat(LIST.isPublicSuffix(DomainName.of(UNKNOWN_TO_THE_ORACLE))).isTrue();
        assertThat(ORACLE.getDomainRoot("a.b.xn--9tfky.id")).isEqualTo("xn--9tfky.id");
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
                Optional.ofNullable(ORACLE.getDomainRoot(name.toString())).map(DomainName::of);
        assertThat(LIST.organizationalDomain(name)).isEqualTo(expected.orElse(name));
        assertThat(LIST.isPublicSuffix(name)).isEqualTo(expected.isEmpty());
    }
}
