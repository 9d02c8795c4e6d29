package org.countersign.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSuffixListTest {
    private static final PublicSuffixList BUNDLED = PublicSuffixList.bundled();

    @Test
    void statesItsVersion() {
        assertThat(BUNDLED.version()).matches("20[2-9]\\d-\\d\\d-\\d\\d_.*");
        assertThat(PublicSuffixList.parse("// a comment\ncom\n// VERSION: too late\n")
                        .version())
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "a.b.example.com, example.com",
        "com, com",
        "co.uk, co.uk",
        "a.b.example.co.uk, example.co.uk",
        // A wildcard rule and the exception from it.
        "b.a.x.kobe.jp, a.x.kobe.jp",
        "b.a.city.kobe.jp, city.kobe.jp",
        // The private section.
        "b.a.github.io, a.github.io",
        "github.io, github.io",
        // A rule in U-labels, a name in A-labels.
        "b.a.xn--55qx5d.cn, a.xn--55qx5d.cn",
        // The default rule for names that are not listed.
        "b.a.example, a.example",
        "example, example",
        "_x.example.com, example.com",
    })
    void theOrganizationalDomainIsThePublicSuffixAndOneLabelMore(String name, String expected) {
        assertThat(BUNDLED.organizationalDomain(DomainName.of(name))).isEqualTo(DomainName.of(expected));
    }

    @ParameterizedTest
    @CsvSource({
        // An exception prevails over a rule with more labels.
        "b.a.x.www.ck, www.ck",
        "b.a.ck, b.a.ck",
        "c.b.a.ck, b.a.ck",
        "ck, ck",
        // A rule ends at the first white space.
        "a.b.tail.example, b.tail.example",
    })
    void followsThePublishedAlgorithm(String name, String expected) {
        PublicSuffixList list = PublicSuffixList.parse("""
                *.ck
                !www.ck
                x.www.ck
                tail.example is read up to the white space
                """);
        assertThat(list.organizationalDomain(DomainName.of(name))).isEqualTo(DomainName.of(expected));
    }
}
