package org.countersign.message;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.message.AuthorDomain.Problem;
import org.countersign.syntax.Ascii;

/**
 * Collects all domains that a program may read in a From field: the text after each {@code @}, and hosts before it. It does
 * not decide which words are names, comments or quoted. If the end of a domain is not certain, that is a problem, because
 * programs differ.
 *
 * <p>A name of one label after an {@code @} counts only in angle brackets, because {@code Alice@Work} is no address. The same
 * holds for a name that cannot be in the public DNS.
 */
final class DomainScan {
    static final int MAX_ADDRESSES = 100;

    private final Set<DomainName> domains = new LinkedHashSet<>();
    private final Set<DomainName> shortNames = new LinkedHashSet<>();
    private final Map<String, DomainName> bracketed = new LinkedHashMap<>();
    private final Map<String, DomainName> others = new LinkedHashMap<>();
    private Optional<Problem> problem = Optional.empty();
    private boolean hasAt;
    private boolean hasDomainText;

    private AddressText text = AddressText.EMPTY;
    private boolean inBrackets;
    // The number of open angle brackets. A comma does not close them, because it may be part of a comment.
    private int depth;
    private boolean quoted;
    private boolean bracketedAddress;
    private boolean bracketedWord;
    private int atSigns;

    /** The domains, except names of one label outside angle brackets. */
    Set<DomainName> domains() {
        return domains;
    }

    /** The names of one label outside angle brackets. */
    Set<DomainName> shortNames() {
        return shortNames;
    }

    /** The addresses of a domain, those in angle brackets first. */
    List<String> addresses(DomainName domain) {
        Map<String, DomainName> all = new LinkedHashMap<>(bracketed);
        others.forEach(all::putIfAbsent);
        all.values().removeIf(other -> !other.equals(domain));
        return new ArrayList<>(all.keySet());
    }

    /** Why programs may read another domain; empty if all read the same. */
    Optional<Problem> problem() {
        return problem;
    }

    /** Whether the field has an {@code @}. */
    boolean hasAt() {
        return hasAt;
    }

    /** Whether there is any text after an {@code @}. */
    boolean hasDomainText() {
        return hasDomainText;
    }

    /** Adds the domains of one form of the field, in linear time. */
    void add(String form) {
        text = new AddressText(form);
        inBrackets = false;
        depth = 0;
        quoted = false;
        atSigns = 0;
        bracketedAddress = false;
        bracketedWord = false;
        int before = 0;
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.at(i);
            if (c == '<') {
                if (before <= open) {
                    checkBracketsWithoutAtSign();
                }
                inBrackets = true;
                depth++;
                bracketedWord = false;
                open = i;
            } else if (c == '>') {
                if (before <= open) {
                    checkBracketsWithoutAtSign();
                    if (inBrackets) {
                        readAfterBrackets(i + 1);
                    }
                }
                inBrackets = false;
                depth = Math.max(depth - 1, 0);
                bracketedWord = false;
                open = i;
            } else if (AddressText.isAt(c)) {
                hasAt = true;
                atSigns++;
                if (atSigns > MAX_ADDRESSES) {
                    fail(Problem.TOO_MANY_ADDRESSES);
                    return;
                }
                // An inner bracket that is closed leaves the outer one open.
                bracketedAddress |= inBrackets || depth > 0;
                readAfterAtSign(i, before);
                before = i + 1;
            } else if (c == ',' || c == ';') {
                if (before <= open) {
                    checkBracketsWithoutAtSign();
                }
            } else {
                quoted ^= c == '"';
                bracketedWord |= depth > 0 && text.isDomainLetter(i);
            }
        }
        if (before <= open) {
            checkBracketsWithoutAtSign();
        }
        if (!hasAt) {
            collectRelayHosts(0, text.length());
        }
    }

    private void fail(Problem found) {
        if (problem.isEmpty()) {
            problem = Optional.of(found);
        }
    }

    /** Perl's Mail::Address appends the text of further brackets to the address in the first ones. */
    private void checkBracketsWithoutAtSign() {
        if (bracketedAddress && bracketedWord) {
            fail(Problem.SPLIT_DOMAIN);
        }
    }

    /** Some programs read the text after brackets without an {@code @} as the domain of the text in them. */
    private void readAfterBrackets(int from) {
        int start = text.skipSpace(from);
        if (text.isDomainLetter(start) && text.wordsHaveDot(start)) {
            hostName(withoutDots(text.between(start, text.domainEnd(start))))
                    .filter(DomainScan::isPublic)
                    .ifPresent(domains::add);
            fail(Problem.TEXT_AFTER_ADDRESS);
        }
    }

    /** Reads the domain after an {@code @}, and the local part since the previous one. */
    private void readAfterAtSign(int at, int before) {
        int start = text.skipSpace(at + 1);
        boolean encoded = text.isEncodedWord(start);
        if (!text.isDomainLetter(start)) {
            if (start == text.length() || text.is(start, '>') || (text.is(start, '<') && !inBrackets)) {
                readAfterMarks(start);
                return;
            }
            hasDomainText = true;
            if (inBrackets) {
                fail(
                        text.is(start, '[')
                                ? Problem.DOMAIN_LITERAL
                                : encoded ? Problem.ENCODED_WORD_IN_ADDRESS : Problem.UNUSABLE_DOMAIN);
            }
            int first = text.skipMarks(start);
            if (text.between(start, first).indexOf('\\') >= 0) {
                // Some programs ignore the character after a backslash, others do not.
                fail(Problem.STRAY_CHARACTER);
            }
            start = first;
        }
        int end = text.domainEnd(start);
        String name = withoutDots(text.between(start, end));
        if (name.isEmpty()) {
            if (inBrackets || text.isDomainLetter(text.skipSpace(end))) {
                fail(Problem.SPLIT_DOMAIN);
            }
            readAfterMarks(end);
            return;
        }
        hasDomainText = true;
        boolean dotted = name.indexOf('.') >= 0 || AddressText.hasForeignDot(name);
        int tailEnd = text.tailEnd(end);
        if (text.hasLetter(end, tailEnd) && !text.isEntity(end, tailEnd)) {
            if (inBrackets
                    || dotted
                    || text.is(end - 1, '.')
                    || text.between(end, tailEnd).indexOf('.') >= 0) {
                fail(
                        encoded || text.hasEncodedWord(end, tailEnd)
                                ? Problem.ENCODED_WORD_IN_ADDRESS
                                : Problem.UNUSABLE_DOMAIN);
            }
            return;
        }
        if (isLonger(end, tailEnd, dotted)
                || (inBrackets && text.hasWordInBrackets(tailEnd))
                || text.continuesAfterMarks(end, Math.max(depth, inBrackets ? 1 : 0), quoted)) {
            fail(Problem.SPLIT_DOMAIN);
        } else if (inBrackets && text.is(text.skipSpace(tailEnd), ':')) {
            fail(Problem.ROUTE);
        }
        addDomain(name, dotted, localPart(at, before, text.between(end, tailEnd)));
    }

    /** Reads the text after an {@code @} and marks, which a program that ignores marks reads as the domain. */
    private void readAfterMarks(int from) {
        if (text.hasWordAfterMarks(from)) {
            hasDomainText = true;
            fail(Problem.SPLIT_DOMAIN);
        }
    }

    /** Whether a program that ignores white space, comments or marks reads a longer domain. */
    private boolean isLonger(int end, int tailEnd, boolean dotted) {
        int next = text.skipSpace(tailEnd);
        if (text.hasDotAfterMarks(tailEnd) || text.hasDotAfterMarks(next)) {
            return true;
        }
        if (end != tailEnd || next == tailEnd || !text.isDomainLetter(next)) {
            return false;
        }
        return dotted || inBrackets || text.is(end - 1, '.') || text.wordsHaveDot(next);
    }

    private void addDomain(String name, boolean dotted, String localPart) {
        Optional<DomainName> read = hostName(inBrackets ? name : AddressText.withoutClosingMarks(name));
        if (!inBrackets
                || name.indexOf('_') >= 0
                || read.filter(domain -> !isCutShort(name, domain)).isEmpty()) {
            asciiPart(name).ifPresent(domains::add);
        }
        if (read.isEmpty()) {
            if (inBrackets || dotted) {
                fail(name.indexOf('\uFFFD') >= 0 ? Problem.BAD_ENCODING : Problem.UNUSABLE_DOMAIN);
            }
            return;
        }
        DomainName domain = read.get();
        if (isNumeric(domain)) {
            if (inBrackets) {
                fail(Problem.DOMAIN_LITERAL);
            }
            return;
        }
        if (inBrackets) {
            domains.add(domain);
            if (localPart.isEmpty()) {
                fail(Problem.NO_LOCAL_PART);
            }
        } else if (domain.labelCount() == 1) {
            shortNames.add(domain);
        } else if (isPublic(domain)) {
            domains.add(domain);
        } else {
            return;
        }
        if (!localPart.isEmpty()) {
            (inBrackets ? bracketed : others).put(localPart + "@" + name, domain);
        }
    }

    /**
     * Whether a program that ends a domain at the first non-ASCII character reads another domain, and that character is not
     * part of a domain.
     */
    static boolean isCutShort(String text, DomainName domain) {
        return (!domain.isWrittenAs(text) || AddressText.hasForeignSymbol(AddressText.withoutClosingMarks(text)))
                && asciiPart(text).isPresent();
    }

    private static Optional<DomainName> asciiPart(String name) {
        return hostName(withoutDots(AddressText.asciiPrefix(name))).filter(DomainScan::isPublic);
    }

    private static Optional<DomainName> hostName(String name) {
        return DomainName.parse(name).filter(DomainName::isHostName);
    }

    /** The local part before an {@code @}. Collects hosts in forms such as {@code user%host} and {@code host!user}. */
    private String localPart(int at, int before, String tail) {
        int end = at;
        while (end > before && AddressText.isSpace(text.at(end - 1))) {
            end--;
        }
        if (end > before && text.at(end - 1) == '"') {
            int open = text.quoteBefore(end - 1, before);
            collectRelayHosts(open + 1, end - 1);
            return text.between(open, end).replace("\r\n", "");
        }
        int start = end;
        while (start > before && text.isLocalLetter(start - 1)) {
            start--;
        }
        collectRelayHosts(start, end);
        boolean quoted = start < end && tail.startsWith("'") && text.at(start) == '\'';
        return text.between(quoted ? start + 1 : start, end);
    }

    /** Collects hosts next to a percent sign or an exclamation mark. */
    private void collectRelayHosts(int from, int to) {
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i < to && text.isDomainLetter(i)) {
                continue;
            }
            if (start < i && (isRelayMark(start - 1, from, to) || isRelayMark(i, from, to))) {
                hostName(withoutDots(text.between(start, i)))
                        .filter(DomainScan::isPublic)
                        .ifPresent(domains::add);
            }
            start = i + 1;
        }
    }

    private boolean isRelayMark(int index, int from, int to) {
        return index >= from && index < to && (text.is(index, '%') || text.is(index, '!'));
    }

    private static String withoutDots(String name) {
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) == '.') {
            end--;
        }
        return name.substring(0, end);
    }

    private static boolean isNumeric(DomainName domain) {
        String last = domain.rightmost(1).toString();
        for (int i = 0; i < last.length(); i++) {
            if (!Ascii.isDigit(last.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether it has several labels, and a possible top-level label: letters, or an A-label. */
    private static boolean isPublic(DomainName domain) {
        if (domain.labelCount() == 1) {
            return false;
        }
        String last = domain.rightmost(1).toString();
        if (last.startsWith("xn--")) {
            return true;
        }
        for (int i = 0; i < last.length(); i++) {
            if (!Ascii.isAlpha(last.charAt(i))) {
                return false;
            }
        }
        return last.length() > 1;
    }
}
