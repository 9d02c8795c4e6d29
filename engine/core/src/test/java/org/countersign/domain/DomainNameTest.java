package org.countersign.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
    private static final String LABEL_63 = "a".repeat(63);

    @ParameterizedTest
    @CsvSource({
        "Example.ORG, example.org",
        "example.org., example.org",
        "org, org",
        "_dmarc.example.org, _dmarc.example.org",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "faß.example, xn--fa-hia.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "a+b@c.example.org, a+b@c.example.org",
    })
    void readsNamesInEveryForm(String input, String expected) {
        assertThat(DomainName.parse(input).map(DomainName::toString)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".example.org",
                "example..org",
                "example.org..",
                "a b.example",
                "a\tb",
                "a\u0000b",
                "a\nb.example"
            })
    void refusesWhatCannotBeAName(String input) {
        assertThat(DomainName.parse(input)).isEmpty();
    }

    @Test
    void refusesLabelsOver63AndNamesOver253Octets() {
        assertThat(DomainName.parse(LABEL_63 + ".example")).isPresent();
        assertThat(DomainName.parse(LABEL_63 + "a.example")).isEmpty();
        String longest = (LABEL_63 + ".").repeat(3) + "a".repeat(61);
        assertThat(longest).hasSize(253);
        assertThat(DomainName.parse(longest)).isPresent();
        assertThat(DomainName.parse(longest + "a")).isEmpty();
        assertThat(DomainName.parse("é".repeat(5000))).isEmpty();
    }

    @Test
    void removesLabelsFromTheLeft() {
        DomainName name = DomainName.of("a.b.example.org");
        assertThat(name.labelCount()).isEqualTo(4);
        assertThat(name.rightmost(2)).isEqualTo(DomainName.of("example.org"));
        assertThat(name.rightmost(2).labelCount()).isEqualTo(2);
        assertThat(name.rightmost(9)).isEqualTo(name);
        assertThat(name.parent()).contains(DomainName.of("b.example.org"));
        assertThat(DomainName.of("org").parent()).isEmpty();
    }

    @Test
    void aNameIsWithinItselfAndItsAncestorsOnly() {
        DomainName example = DomainName.of("example.org");
        assertThat(DomainName.of("mail.example.org").isWithin(example)).isTrue();
        assertThat(example.isWithin(example)).isTrue();
        assertThat(DomainName.of("badexample.org").isWithin(example)).isFalse();
        assertThat(example.isWithin(DomainName.of("mail.example.org"))).isFalse();
    }

    @Test
    void showsULabelsToPeople() {
        assertThat(DomainName.of("xn--bcher-kva.example").toUnicode()).isEqualTo("bücher.example");
        assertThat(DomainName.of("xn--0.example").toUnicode()).isEqualTo("xn--0.example");
    }

    @Test
    void distinguishesHostNamesFromOtherDnsNames() {
        assertThat(DomainName.of("_dmarc.Example.org").isHostName()).isTrue();
        assertThat(DomainName.of("a@b.example.org").isHostName()).isFalse();
    }

    @Test
    void aChildHasAllLabelsOfBothNames() {
        DomainName parent = DomainName.of("a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + ".example");

        assertThat(parent.child(DomainName.of("s1.x"))).hasValue(DomainName.of("s1.x." + parent));
        assertThat(parent.child(DomainName.of("s1.x")).orElseThrow().labelCount())
                .isEqualTo(6);
        // RFC 1035 §2.3.4: 253 characters, of which one is the dot between them.
        assertThat(parent.child(DomainName.of("d".repeat(53)))).isPresent();
        assertThat(parent.child(DomainName.of("d".repeat(54)))).isEmpty();
    }

    @Test
    void aLabelThatCannotBeConvertedToAnALabelIsNoName() {
        assertThat(DomainName.parse("\u00e9".repeat(1001))).isEmpty();
        assertThat(DomainName.parse("\u00e9" + "a".repeat(1000) + ".example")).isEmpty();
        // One character that becomes 18.
        assertThat(DomainName.parse("\ufdfa".repeat(60))).isEmpty();
        assertThat(DomainName.parse("\u00a0\u00ad".repeat(500))).isEmpty();
    }
}
