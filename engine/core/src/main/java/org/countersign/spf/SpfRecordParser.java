package org.countersign.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.Mechanism.DualPrefix;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.jspecify.annotations.Nullable;

/**
 * Parses one record by the grammar of RFC 7208 §12. After a syntax error it continues with the next term, so that one
 * pass finds all errors. The first ten are reported.
 */
final class SpfRecordParser {
    private static final int MAX_DETAIL = 40;
    // Records that list addresses without any include have some hundreds.
    private static final int MAX_TERMS = 1000;
    private static final int MAX_FAILURES = 10;

    private final Octets text;
    private final List<Term> terms = new ArrayList<>();
    private final List<SyntaxFailure> failures = new ArrayList<>(0);
    private boolean redirectSeen;
    private boolean explanationSeen;

    SpfRecordParser(Octets text) {
        this.text = text;
    }

    Parsed<SpfRecord, List<SyntaxFailure>> parse() {
        if (!SpfRecord.isSpf(text)) {
            report(SyntaxProblem.NO_VERSION, 0, text.length());
            return new Parsed.Malformed<>(List.copyOf(failures));
        }
        int at = SpfRecord.VERSION.length();
        while (at < text.length()) {
            if (text.at(at) == ' ') {
                at++;
            } else {
                // RFC 7208 §4.6.1: only spaces separate terms.
                int space = text.indexOf(' ', at);
                int end = space < 0 ? text.length() : space;
                if (terms.size() == MAX_TERMS) {
                    report(SyntaxProblem.TOO_MANY_TERMS, at, end);
                    break;
                }
                parseTerm(at, end);
                at = end;
            }
        }
        return failures.isEmpty()
                ? new Parsed.Value<>(new SpfRecord(terms))
                : new Parsed.Malformed<>(List.copyOf(failures));
    }

    private void report(SyntaxProblem problem, int from, int to) {
        add(new SyntaxFailure(
                problem, from, text.slice(from, Math.min(to, from + MAX_DETAIL)).toString()));
    }

    /** Adds one of the first failures: without a limit, every two octets of a record could be another one. */
    private void add(SyntaxFailure failure) {
        if (failures.size() < MAX_FAILURES) {
            failures.add(failure);
        }
    }

    private void parseTerm(int from, int to) {
        Qualifier qualifier = qualifier(text.at(from));
        int nameFrom = qualifier == null ? from : from + 1;
        int nameTo = nameFrom;
        while (nameTo < to && isNameOctet(text.at(nameTo))) {
            nameTo++;
        }
        if (nameTo == nameFrom || !Ascii.isAlpha(text.at(nameFrom))) {
            report(SyntaxProblem.NOT_A_TERM, from, to);
            return;
        }
        int separator = nameTo == to ? ' ' : text.at(nameTo);
        if (separator == '=' && qualifier == null) {
            parseModifier(nameFrom, nameTo, to);
        } else if (separator == ' ' || separator == ':' || separator == '/') {
            Mechanism mechanism = parseMechanism(nameFrom, nameTo, to);
            if (mechanism != null) {
                terms.add(new Directive(qualifier == null ? Qualifier.PASS : qualifier, mechanism));
            }
        } else {
            report(Ascii.isVisible(separator) ? SyntaxProblem.NOT_A_TERM : SyntaxProblem.BAD_CHARACTER, from, to);
        }
    }

    private static @Nullable Qualifier qualifier(int octet) {
        return switch (octet) {
            case '+' -> Qualifier.PASS;
            case '-' -> Qualifier.FAIL;
            case '~' -> Qualifier.SOFTFAIL;
            case '?' -> Qualifier.NEUTRAL;
            default -> null;
        };
    }

    private static boolean isNameOctet(int octet) {
        return Ascii.isAlphaNumeric(octet) || octet == '-' || octet == '_' || octet == '.';
    }

    private void parseModifier(int nameFrom, int nameTo, int to) {
        Octets name = text.slice(nameFrom, nameTo);
        boolean redirect = name.equalsIgnoreCase("redirect");
        // A known name never counts as an unknown modifier (RFC 7208 §4.6.1), whatever its value is.
        if (redirect || name.equalsIgnoreCase("exp")) {
            // RFC 7208 §6: each of the two may appear at most once.
            if (redirect ? redirectSeen : explanationSeen) {
                report(SyntaxProblem.DUPLICATE_MODIFIER, nameFrom, to);
            }
            redirectSeen |= redirect;
            explanationSeen |= !redirect;
            MacroString target = parseDomainSpec(nameFrom, nameTo + 1, to);
            if (target != null) {
                terms.add(redirect ? new Modifier.Redirect(target) : new Modifier.Explanation(target));
            }
        } else {
            MacroParser parser = new MacroParser(text, MacroParser.Purpose.UNKNOWN_MODIFIER);
            MacroString value = parser.parse(nameTo + 1, to);
            parser.failures().forEach(this::add);
            terms.add(new Modifier.Unknown(name.latin1(), value));
        }
    }

    private @Nullable Mechanism parseMechanism(int from, int nameTo, int to) {
        // RFC 7208 §4.6.1: names do not depend on case.
        return switch (Ascii.lower(text.slice(from, nameTo).latin1())) {
            case "all" -> {
                if (nameTo < to) {
                    report(SyntaxProblem.ARGUMENT_NOT_ALLOWED, from, to);
                }
                yield new Mechanism.All();
            }
            case "include" -> {
                MacroString target = parseDomainSpec(from, argument(nameTo, to), to);
                yield target == null ? null : new Mechanism.Include(target);
            }
            case "exists" -> {
                MacroString target = parseDomainSpec(from, argument(nameTo, to), to);
                yield target == null ? null : new Mechanism.Exists(target);
            }
            case "ptr" -> parsePtr(from, nameTo, to);
            case "a" -> parseHosts(from, nameTo, to, false);
            case "mx" -> parseHosts(from, nameTo, to, true);
            case "ip4" -> parseIp4(from, nameTo, to);
            case "ip6" -> parseIp6(from, nameTo, to);
            default -> {
                report(SyntaxProblem.UNKNOWN_MECHANISM, from, to);
                yield null;
            }
        };
    }

    /** The index of the argument after a colon; the end if there is no colon. */
    private int argument(int nameTo, int to) {
        return nameTo < to && text.at(nameTo) == ':' ? nameTo + 1 : to;
    }

    private @Nullable MacroString parseDomainSpec(int termFrom, int from, int to) {
        if (from >= to) {
            report(SyntaxProblem.ARGUMENT_MISSING, termFrom, to);
            return null;
        }
        MacroParser parser = new MacroParser(text, MacroParser.Purpose.DOMAIN);
        MacroString parsed = parser.parse(from, to);
        parser.failures().forEach(this::add);
        if (!parser.failures().isEmpty()) {
            return null;
        }
        if (!parsed.isDomainSpec()) {
            report(SyntaxProblem.BAD_DOMAIN, from, to);
            return null;
        }
        return parsed;
    }

    private @Nullable Mechanism parsePtr(int from, int nameTo, int to) {
        if (nameTo == to) {
            return new Mechanism.Ptr(Optional.empty());
        }
        if (text.at(nameTo) == '/') {
            report(SyntaxProblem.ARGUMENT_NOT_ALLOWED, from, to);
            return null;
        }
        MacroString target = parseDomainSpec(from, nameTo + 1, to);
        return target == null ? null : new Mechanism.Ptr(Optional.of(target));
    }

    /** The mechanisms a and mx, which have the same arguments (RFC 7208 §§5.3, 5.4). */
    private @Nullable Mechanism parseHosts(int from, int nameTo, int to, boolean mx) {
        // A domain-spec may also contain a slash, so prefix lengths are searched from the end.
        int ip6At = prefixAt(nameTo, to, true);
        int ip4At = prefixAt(nameTo, ip6At, false);
        int ip4 = ip4At == ip6At ? 32 : prefixLength(ip4At + 1, ip6At, 32);
        int ip6 = ip6At == to ? 128 : prefixLength(ip6At + 2, to, 128);
        boolean isTarget = nameTo < ip4At && text.at(nameTo) == ':';
        boolean badPrefix = ip4 < 0 || ip6 < 0 || (nameTo < ip4At && !isTarget);
        if (badPrefix) {
            report(SyntaxProblem.BAD_PREFIX_LENGTH, from, to);
        }
        @Nullable MacroString parsed = isTarget ? parseDomainSpec(from, nameTo + 1, ip4At) : null;
        if (badPrefix || (isTarget && parsed == null)) {
            return null;
        }
        Optional<MacroString> target = Optional.ofNullable(parsed);
        DualPrefix prefix = ip4 == 32 && ip6 == 128 ? DualPrefix.WHOLE : new DualPrefix(ip4, ip6);
        return mx ? new Mechanism.Mx(target, prefix) : new Mechanism.A(target, prefix);
    }

    /** The index of a slash, or of two, with digits up to {@code to}; {@code to} if there are none. */
    private int prefixAt(int from, int to, boolean twoSlashes) {
        int at = to;
        while (at > from && Ascii.isDigit(text.at(at - 1))) {
            at--;
        }
        if (at == to || at == from || text.at(at - 1) != '/') {
            return to;
        }
        boolean two = at - 2 >= from && text.at(at - 2) == '/';
        return two == twoSlashes ? at - (two ? 2 : 1) : to;
    }

    /** RFC 7208 §5.6: no leading zero, at most the length of an address; -1 if the text is no prefix length. */
    private int prefixLength(int from, int to, int max) {
        int digits = to - from;
        if (digits < 1 || digits > 3 || (digits > 1 && text.at(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            if (!Ascii.isDigit(text.at(i))) {
                return -1;
            }
            value = value * 10 + text.at(i) - '0';
        }
        return value > max ? -1 : value;
    }

    private @Nullable Mechanism parseIp4(int from, int nameTo, int to) {
        int slash = slash(nameTo, to);
        int prefix = slash == to ? 32 : prefixLength(slash + 1, to, 32);
        Optional<IpNetwork> network =
                IpNetwork.parseIpv4(text.slice(argument(nameTo, slash), slash).latin1(), Math.max(prefix, 0));
        return network(from, nameTo, to, network, prefix) ? new Mechanism.Ip4(network.orElseThrow()) : null;
    }

    private @Nullable Mechanism parseIp6(int from, int nameTo, int to) {
        int slash = slash(nameTo, to);
        int prefix = slash == to ? 128 : prefixLength(slash + 1, to, 128);
        Optional<IpNetwork> network =
                IpNetwork.parseIpv6(text.slice(argument(nameTo, slash), slash).latin1(), Math.max(prefix, 0));
        return network(from, nameTo, to, network, prefix) ? new Mechanism.Ip6(network.orElseThrow()) : null;
    }

    private int slash(int from, int to) {
        int slash = text.slice(0, to).indexOf('/', from);
        return slash < 0 ? to : slash;
    }

    private boolean network(int from, int nameTo, int to, Optional<IpNetwork> network, int prefix) {
        if (argument(nameTo, to) >= to) {
            report(SyntaxProblem.ARGUMENT_MISSING, from, to);
            return false;
        }
        if (network.isEmpty()) {
            report(SyntaxProblem.BAD_ADDRESS, from, to);
        }
        if (prefix < 0) {
            report(SyntaxProblem.BAD_PREFIX_LENGTH, from, to);
        }
        return network.isPresent() && prefix >= 0;
    }
}
