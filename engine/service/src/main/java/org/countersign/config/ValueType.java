package org.countersign.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Keyword;

/**
 * The type of a single value: how it is read and written, and what to suggest for a text that is not of the type.
 *
 * @param <T> the type of the value in Java
 */
public final class ValueType<T> {
    /** Any text that is not empty. */
    public static final ValueType<String> TEXT =
            of("a text", text -> Optional.of(text).filter(any -> !any.isEmpty()), "text");

    public static final ValueType<Boolean> BOOLEAN = new ValueType<>(
            "true or false",
            text -> text.equals("true") || text.equals("false") ? Optional.of(text.equals("true")) : Optional.empty(),
            text -> switch (Ascii.lower(text)) {
                // Other programs, and YAML before version 1.2, know these words.
                case "yes", "on" -> Optional.of("write true");
                case "no", "off" -> Optional.of("write false");
                default -> nearest(text, List.of("true", "false"));
            },
            Object::toString,
            "`true`, `false`");

    /** A mail domain: letters, digits and hyphens, or U-labels. */
    public static final ValueType<DomainName> DOMAIN_NAME = of(
            "a domain name such as example.org",
            text -> DomainName.parse(text).filter(DomainName::isHostName),
            "domain name");

    /** RFC 6376 §3.1, RFC 5321 §4.1.2: labels of letters, digits and hyphens, without the rest of the record's name. */
    public static final ValueType<DomainName> SELECTOR = of(
            "a selector such as s2026: letters, digits and inner hyphens, without ._domainkey and what follows it",
            text -> DomainName.parse(text).filter(name -> name.isLdh() && !text.endsWith(".")));

    public static final ValueType<IpNetwork> IP_NETWORK = of(
            "an IP address or network such as 192.0.2.0/24 or 2001:db8::/32",
            IpNetwork::parse,
            "IP address or network");

    /** A DNS server: an IP address and a port, 53 by default. No host name, because that would need a DNS server. */
    public static final ValueType<InetSocketAddress> DNS_SERVER = new ValueType<>(
            "an IP address with or without a port, such as 127.0.0.1:53, [::1]:53 or [fe80::1%eth0]:53",
            ServerAddress::parse, ServerAddress::advice, ServerAddress::render, "IP address, with or without a port");

    private static final String SPECIAL = ":#,[]{}&*!|>'\"%@`\\";

    private final String expected;
    private final Function<String, Optional<T>> parser;
    private final Function<String, Optional<String>> advice;
    private final Function<T, String> renderer;
    private final String values;

    private ValueType(
            String expected,
            Function<String, Optional<T>> parser,
            Function<String, Optional<String>> advice,
            Function<T, String> renderer,
            String values) {
        this.expected = expected;
        this.parser = parser;
        this.advice = advice;
        this.renderer = renderer;
        this.values = values;
    }

    private static Optional<String> nearest(String text, List<String> keywords) {
        return Suggestions.nearest(text, keywords).map(near -> "did you mean " + near + "?");
    }

    /**
     * A type that is written as the value's {@code toString}.
     *
     * @param expected the type in words with an example, to follow "expected"
     * @param parser empty for a text that is not of the type; does not throw
     */
    public static <T> ValueType<T> of(String expected, Function<String, Optional<T>> parser) {
        return of(expected, parser, expected);
    }

    /**
     * A type with a short description.
     *
     * @param values the allowed values in words, for the documentation
     */
    public static <T> ValueType<T> of(String expected, Function<String, Optional<T>> parser, String values) {
        return of(expected, parser, Object::toString, values);
    }

    /**
     * A type with its own notation.
     *
     * @param renderer writes a value as the file would
     * @param values the allowed values in words, for the documentation
     */
    public static <T> ValueType<T> of(
            String expected, Function<String, Optional<T>> parser, Function<T, String> renderer, String values) {
        return new ValueType<>(expected, parser, text -> Optional.empty(), renderer, values);
    }

    /** A whole number within these bounds, both included. */
    public static ValueType<Integer> integer(int min, int max) {
        return of(
                "a whole number from " + min + " to " + max,
                text -> parseInteger(text).filter(number -> number >= min && number <= max),
                Object::toString,
                min + " to " + max);
    }

    /** A duration within these bounds, both included. */
    public static ValueType<Duration> duration(Duration min, Duration max) {
        String bounds = Units.renderDuration(min) + " to " + Units.renderDuration(max);
        return of(
                "a duration such as 500ms, 5s, 2m, 1h or 1d, from " + bounds,
                text -> Units.parseDuration(text)
                        .filter(duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0),
                Units::renderDuration,
                bounds);
    }

    /** A number of octets within these bounds, both included. */
    static ValueType<Long> size(long min, long max) {
        String bounds = Units.renderSize(min) + " to " + Units.renderSize(max);
        return of(
                "a size such as 1000000, 64KiB or 32MiB, from " + bounds,
                text -> Units.parseSize(text).filter(size -> size >= min && size <= max),
                Units::renderSize,
                bounds);
    }

    /** One of these constants, written in lower case with hyphens. */
    public static <E extends Enum<E>> ValueType<E> keyword(List<E> constants) {
        List<String> keywords = constants.stream().map(Keyword::of).toList();
        return new ValueType<>(
                String.join(" or ", keywords),
                text -> {
                    int index = keywords.indexOf(text);
                    return index < 0 ? Optional.empty() : Optional.of(constants.get(index));
                },
                text -> nearest(text, keywords),
                Keyword::of,
                "`" + String.join("`, `", keywords) + "`");
    }

    /** Reads a value; empty for a text that is not of the type. */
    public Optional<T> parse(String text) {
        return parser.apply(text);
    }

    /** The type in words, with an example. */
    public String expected() {
        return expected;
    }

    /** The allowed values in words, for the documentation. */
    String values() {
        return values;
    }

    /** Writes a value as the file would. */
    String render(T value) {
        return quoted(renderer.apply(value));
    }

    /** Writes a list of values as the file would. */
    String render(List<T> values) {
        return values.stream().map(this::render).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Puts a text into quotation marks that YAML might read as something else. */
    private static String quoted(String text) {
        boolean plain = !text.isEmpty()
                && !text.equals("null")
                && "-?~".indexOf(text.charAt(0)) < 0
                && text.chars().allMatch(c -> c > ' ' && c < 0x7F && SPECIAL.indexOf(c) < 0);
        return plain ? text : '"' + escaped(text) + '"';
    }

    /** YAML 1.2 §5.7. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 2);
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F) {
                escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** What was probably intended by a text that is not of the type, or why it is refused, as a clause. */
    public Optional<String> suggestion(String text) {
        return advice.apply(text);
    }

    static Optional<Integer> parseInteger(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(Ascii::isDigit);
        return digits ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
