package org.countersign.testing;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** From fields with syntax that programs interpret differently. One character is one octet. */
public final class FromFieldArbitraries {
    private static final List<String> PIECES = List.of(
            "alice",
            "@",
            "example.org",
            "Bank.Example",
            "<",
            ">",
            "\"",
            "(",
            ")",
            ",",
            ";",
            ":",
            ".",
            " ",
            "\r\n ",
            "\\",
            "alice@example.org",
            "ceo@bank.example",
            "<ceo@bank.example>",
            "<alice@example.org>",
            "(x)",
            "(<ceo@bank.example>)",
            "[192.0.2.1]",
            "'",
            "-",
            "_",
            "%",
            "!",
            "x@bank.co",
            " m",
            "Smith",
            "&gt;",
            "[",
            "]",
            "@work",
            "ex",
            "org",
            "\u00e9",
            "\u0083@",
            " via ",
            "@@",
            "\t",
            "/",
            "*",
            "mailto:",
            "<>",
            "@>",
            "@:",
            "> <",
            "<m>",
            "m",
            "<<>",
            ">>",
            "m>",
            "<x",
            "(,)",
            "(m>)",
            "[192.0.2.>",
            "=?utf-8?q?ceo=40bank.example?=",
            "=?utf-8?b?PGFAYmFuay5leGFtcGxlPg==?=",
            "=?utf-8?q?",
            "?=",
            "=40",
            "=?utf-8?q?ceo=40bank?=",
            "=?utf-8?q?.example?=");

    private static final List<String> GENUINE = List.of(
            "Smith, John <alice@example.org>",
            "'alice@example.org' <alice@example.org>",
            "alice@example.org (Alice)",
            "\"Al\" <alice@example.org>",
            "A: alice@example.org;",
            "alice@example.org <alice@example.org>",
            "=?utf-8?q?Al=2C?= <alice@example.org>",
            "<alice@example.org> Al",
            "Mail Delivery System <>");

    private FromFieldArbitraries() {}

    public static Arbitrary<String> any() {
        return Arbitraries.randomValue(FromFieldArbitraries::next);
    }

    /** Pieces in any order, or a valid field with pieces inserted and a character removed. */
    public static String next(Random random) {
        StringBuilder value = new StringBuilder();
        int pieces = 1 + random.nextInt(8);
        if (random.nextBoolean()) {
            value.append(GENUINE.get(random.nextInt(GENUINE.size())));
            pieces = 1 + random.nextInt(3);
            if (random.nextInt(5) == 0) {
                value.deleteCharAt(random.nextInt(value.length()));
            }
        }
        for (int i = 0; i < pieces; i++) {
            value.insert(random.nextInt(value.length() + 1), PIECES.get(random.nextInt(PIECES.size())));
        }
        return value.toString();
    }
}
