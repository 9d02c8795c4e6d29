package org.countersign.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.UserPattern;

class SigningTableProperties {
    private static final String[] ADDRESSES = {"a", "A", "b"};
    private static final String[] DOMAINS = {"x.example", "s.x.example", "t.s.x.example", "y.example", "example"};

    @Provide
    Arbitrary<AddressPattern> addressPatterns() {
        Arbitrary<String> domains = Arbitraries.of(DOMAINS);
        return Arbitraries.frequencyOf(
                        Tuple.of(1, Arbitraries.just("*")),
                        Tuple.of(4, domains),
                        Tuple.of(3, domains.map(domain -> "*." + domain)),
                        Tuple.of(
                                4,
                                Combinators.combine(Arbitraries.of(ADDRESSES), domains)
                                        .as((local, domain) -> local + "@" + domain)))
                .map(text -> AddressPattern.parse(text).orElseThrow());
    }

    @Provide
    Arbitrary<UserPattern> userPatterns() {
        return Arbitraries.of("*", "a", "A@x.example", "*@x.example", "*@s.x.example", "b@y.example")
                .map(text -> UserPattern.parse(text).orElseThrow());
    }

    @Provide
    Arbitrary<List<SigningEntry>> tables() {
        Arbitrary<List<AddressPattern>> addresses = addressPatterns().list().ofMaxSize(3);
        Arbitrary<SigningEntry> entries = Combinators.combine(
                        addresses, addresses, userPatterns().list().ofMaxSize(2))
                .as((authors, mailFrom, users) -> Signing.entry("", authors, mailFrom, users));
        return entries.list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<SigningRequest> messages() {
        Arbitrary<String> addresses = Combinators.combine(Arbitraries.of(ADDRESSES), Arbitraries.of(DOMAINS))
                .as((local, domain) -> local + "@" + domain);
        Arbitrary<String> authors =
                Arbitraries.oneOf(addresses, Arbitraries.of(DOMAINS).map(domain -> "a@" + domain + ", b@" + domain));
        return Combinators.combine(
                        authors,
                        Arbitraries.oneOf(addresses, Arbitraries.of("<>", "a", "@")),
                        Arbitraries.of("", "a", "b", "a@x.example", "b@s.x.example", "b@Y.example"))
                .as(Signing::request);
    }

    @Property
    void findsTheSameEntryAsALinearSearch(
            @ForAll("tables") List<SigningEntry> generated, @ForAll("messages") SigningRequest request) {
        List<SigningEntry> entries = new ArrayList<>();
        for (SigningEntry entry : generated) {
            // Entries that differ only in their position must be distinguishable.
            entries.add(
                    Signing.entry(Integer.toString(entries.size()), entry.authors(), entry.mailFrom(), entry.users()));
        }
        Optional<SigningEntry> expected =
                entries.stream().filter(entry -> entry.matches(request)).findFirst();
        assertThat(new SigningTable(entries).find(request)).isEqualTo(expected);
    }
}
