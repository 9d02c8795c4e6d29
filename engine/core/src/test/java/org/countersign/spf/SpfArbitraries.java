package org.countersign.spf;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.MacroString.Letter;
import org.countersign.spf.MacroString.Literal;
import org.countersign.spf.MacroString.Macro;
import org.countersign.spf.MacroString.Part;
import org.countersign.spf.MacroString.Symbol;
import org.countersign.spf.Mechanism.DualPrefix;

/** Records and their parts, for properties. */
final class SpfArbitraries {
    private SpfArbitraries() {}

    static Arbitrary<MacroString> macroStrings(boolean allLetters) {
        Arbitrary<Part> literals = Arbitraries.strings()
                .withChars("abcxyzABC0189.-_/:=+!")
                .ofMinLength(1)
                .ofMaxLength(6)
                .map(Literal::new);
        Arbitrary<Part> symbols = Arbitraries.of(Symbol.class).map(symbol -> symbol);
        return Arbitraries.frequencyOf(Tuple.of(3, literals), Tuple.of(1, symbols), Tuple.of(3, macros(allLetters)))
                .list()
                .ofMaxSize(5)
                .map(SpfArbitraries::merge);
    }

    private static Arbitrary<Part> macros(boolean allLetters) {
        return Combinators.combine(
                        Arbitraries.of(Letter.class).filter(letter -> allLetters || !letter.onlyInExplanations()),
                        Arbitraries.integers().between(0, 130),
                        Arbitraries.of(true, false),
                        Arbitraries.strings().withChars(".-+,/_=").ofMaxLength(3),
                        Arbitraries.of(true, false))
                .as(Macro::new);
    }

    /** Merges literals, because parsed text never has two of them after each other. */
    private static MacroString merge(List<Part> parts) {
        List<Part> merged = new ArrayList<>();
        for (Part part : parts) {
            int last = merged.size() - 1;
            if (part instanceof Literal literal && last >= 0 && merged.get(last) instanceof Literal before) {
                merged.set(last, new Literal(before.text() + literal.text()));
            } else {
                merged.add(part);
            }
        }
        return new MacroString(merged);
    }

    static Arbitrary<MacroString> domainSpecs() {
        Arbitrary<Part> ends = Arbitraries.of(".example", ".x-y", ".example.").map(Literal::new);
        return Combinators.combine(macroStrings(false), ends).as((start, end) -> {
            List<Part> parts = new ArrayList<>(start.parts());
            parts.add(end);
            return merge(parts);
        });
    }

    static Arbitrary<SpfRecord> records() {
        Arbitrary<Term> directives = Combinators.combine(Arbitraries.of(Qualifier.class), mechanisms())
                .as(Directive::new);
        Arbitrary<Term> unknown = Combinators.combine(
                        Arbitraries.strings().withChars("abcXYZ019._-").ofMaxLength(8), macroStrings(true))
                .as((name, value) -> new Modifier.Unknown("x" + name, value));
        Arbitrary<Optional<Term>> redirects =
                domainSpecs().<Term>map(Modifier.Redirect::new).optional(0.5);
        Arbitrary<Optional<Term>> explanations =
                domainSpecs().<Term>map(Modifier.Explanation::new).optional(0.5);
        Arbitrary<List<Term>> terms = Arbitraries.frequencyOf(Tuple.of(4, directives), Tuple.of(1, unknown))
                .list()
                .ofMaxSize(8);
        return Combinators.combine(terms, redirects, explanations).as((list, redirect, explanation) -> {
            List<Term> all = new ArrayList<>(list);
            redirect.ifPresent(term -> all.add(0, term));
            explanation.ifPresent(all::add);
            return new SpfRecord(all);
        });
    }

    private static Arbitrary<Mechanism> mechanisms() {
        Arbitrary<Optional<MacroString>> targets = domainSpecs().optional(0.6);
        Arbitrary<DualPrefix> prefixes = Combinators.combine(
                        Arbitraries.integers().between(0, 32),
                        Arbitraries.integers().between(0, 128))
                .as(DualPrefix::new);
        return Arbitraries.oneOf(
                Arbitraries.just(new Mechanism.All()),
                domainSpecs().map(Mechanism.Include::new),
                domainSpecs().map(Mechanism.Exists::new),
                targets.map(Mechanism.Ptr::new),
                Combinators.combine(targets, prefixes).as(Mechanism.A::new),
                Combinators.combine(targets, prefixes).as(Mechanism.Mx::new),
                networks(4).map(Mechanism.Ip4::new),
                networks(16).map(Mechanism.Ip6::new));
    }

    private static Arbitrary<IpNetwork> networks(int octets) {
        return Combinators.combine(
                        Arbitraries.bytes().array(byte[].class).ofSize(octets),
                        Arbitraries.integers().between(0, octets * 8))
                .as((address, prefix) -> {
                    String text = IpNetwork.renderAddress(addressOf(address));
                    return (octets == 4 ? IpNetwork.parseIpv4(text, prefix) : IpNetwork.parseIpv6(text, prefix))
                            .orElseThrow();
                });
    }

    private static InetAddress addressOf(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
