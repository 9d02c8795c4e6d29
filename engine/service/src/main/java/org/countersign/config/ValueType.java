package org.countersign.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Keyword;

/**
 * A kind of single value: how it is read, and what to tell somebody who wrote something else.
 *
 * @param <T> what it becomes
 */
public final class ValueType<T> {
    /** Any text but none. */
    public static final ValueType<String> TEXT =
            of("a text", text -> Optional.of(text).filter(any -> !any.isEmpty()));

    public static final ValueType<Boolean> BOOLEAN = new ValueType<>(
            "true or false",
            List.of("true", "false"),
            text -> text.equals("true") || text.equals("false") ? Optional.of(text.equals("true")) : Optional.empty());

    /** A mail domain: letters, digits and hyphens, or U-labels. */
    public static final ValueType<DomainName> DOMAIN_NAME = of(
            "a domain name such as example.org", text -> DomainName.parse(text).filter(DomainName::isHostName));

    /** RFC 6376 §3.1, RFC 5321 §4.1.2: labels of letters, digits and hyphens, and no more of the record's name. */
    public static final ValueType<DomainName> SELECTOR = of(
            "a selector such as s2026: letters, digits and inner hyphens, without ._domainkey and what follows it",
            text -> DomainName.parse(text).filter(name -> name.isLdh() && !text.endsWith(".")));

    public static final ValueType<IpNetwork> IP_NETWORK =
            of("an IP address or network such as 192.0.2.0/24 or 2001:db8::/32", IpNetwork::parse);

    /** A DNS server: an IP address, its port 53 if not said. Never a name, which would have to be looked up first. */
    public static final ValueType<InetSocketAddress> DNS_SERVER = new ValueType<>(
            "an IP address with or without a port, such as 127.0.0.1:53, [::1]:53 or [fe80::1%eth0]:53",
            ServerAddress::parse, ServerAddress::advice);

    private final String expected;
    private final Function<String, Optional<T>> parser;
    private final Function<String, Optional<String>> advice;

    private ValueType(
            String expected, Function<String, Optional<T>> parser, Function<String, Optional<String>> advice) {
        this.expected = expected;
        this.parser = parser;
        this.advice = advice;
    }

    private ValueType(String expected, List<String> keywords, Function<String, Optional<T>> parser) {
        this(expected, parser, text -> Spelling.nearest(text, keywords).map(near -> "did you mean " + near + "?"));
    }

    /**
     * A kind of a host's own.
     *
     * @param expected what it is, with an example, to stand behind "expected"
     * @param parser empty for what does not fit; does not throw
     */
    public static <T> ValueType<T> of(String expected, Function<String, Optional<T>> parser) {
        return new ValueType<>(expected, List.of(), parser);
    }

    /** A whole number within these bounds, both included. */
    public static ValueType<Integer> integer(int least, int most) {
        return of(
                "a whole number from " + least + " to " + most,
                text -> parseInteger(text).filter(number -> number >= least && number <= most));
    }

    /** A duration within these bounds, both included. */
    public static ValueType<Duration> duration(Duration least, Duration most) {
        return of(
                "a duration such as 500ms, 5s, 2m, 1h or 1d, from " + Units.renderDuration(least) + " to "
                        + Units.renderDuration(most),
                text -> Units.parseDuration(text)
                        .filter(duration -> duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0));
    }

    /** A number of octets within these bounds, both included. */
    public static ValueType<Long> size(long least, long most) {
        return of(
                "a size such as 1000000, 64KiB or 32MiB, from " + Units.renderSize(least) + " to "
                        + Units.renderSize(most),
                text -> Units.parseSize(text).filter(size -> size >= least && size <= most));
    }

    /** One of these constants, written in lower case with hyphens. */
    public static <E extends Enum<E>> ValueType<E> keyword(List<E> constants) {
        List<String> keywords = new ArrayList<>();
        for (E constant : constants) {
            keywords.add(Keyword.of(constant));
        }
        return new ValueType<>(String.join(" or ", keywords), List.copyOf(keywords), text -> {
            int index = keywords.indexOf(text);
            return index < 0 ? Optional.empty() : Optional.of(constants.get(index));
        });
    }

    /** Reads a value; empty for what does not fit. */
    public Optional<T> parse(String text) {
        return parser.apply(text);
    }

    /** What it is, with an example. */
    public String expected() {
        return expected;
    }

    /** What was probably meant by a value that does not fit, or why it is not taken, as a clause. */
    public Optional<String> suggestion(String text) {
        return advice.apply(text);
    }

    static Optional<Integer> parseInteger(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(Ascii::isDigit);
        return digits ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
