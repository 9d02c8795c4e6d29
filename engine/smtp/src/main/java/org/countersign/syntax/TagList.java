package org.countersign.syntax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A tag list of DKIM, ARC or DMARC, {@code name=value; name=value} (RFC 6376 §3.2). It has the tags that could be parsed, and
 * the failures. The caller decides what a failure means: DKIM refuses the signature, but DMARC ignores the malformed part
 * (RFC 9989 §4.8).
 */
public final class TagList {
    private static final int MAX_TAGS = 64;
    private static final int MAX_FAILURES = 8;
    private static final int MAX_DETAIL = 64;

    private static final Octets TOO_MANY = Octets.latin1("more than " + MAX_TAGS + " tags");

    // Most names of DKIM tags have one letter. Avoids allocating them.
    private static final String[] LETTERS =
            IntStream.range(0, 128).mapToObj(Character::toString).toArray(String[]::new);

    /**
     * One tag.
     *
     * @param name as written: tag names are case-sensitive (RFC 6376 §3.2)
     * @param value without white space at both ends; inside, white space and folds are as written
     * @param offset index of the first octet of the name
     */
    public record Tag(String name, Octets value, int offset) {}

    /**
     * A part of the text that breaks the grammar.
     *
     * @param offset index of its first octet
     * @param detail the first 64 octets of this part, printable
     */
    public record Failure(Problem problem, int offset, String detail) {}

    /** How a tag list can break the grammar. */
    public enum Problem {
        /** Only white space, or nothing, between two semicolons. */
        EMPTY_TAG,
        /** No {@code =} before the next semicolon. */
        NO_EQUALS_SIGN,
        /** The name is empty or has a character other than a letter, a digit or an underscore. */
        BAD_NAME,
        /** The name of an earlier tag. */
        DUPLICATE,
        /** The first tag after the 64th; none of those is kept. */
        TOO_MANY_TAGS,
        /** A value with a control character or an 8-bit octet. */
        BAD_VALUE
    }

    private final List<Tag> tags = new ArrayList<>(12);
    private final List<Failure> failures = new ArrayList<>(0);
    private int failureCount;

    // For each lower-case letter the number of the first tag with this name, from 1; 0 for none.
    private final byte[] byLetter = new byte['z' - 'a' + 1];

    private TagList() {}

    /** Parses any text in linear time. */
    public static TagList parse(Octets text) {
        TagList list = new TagList();
        int from = 0;
        while (from <= text.length()) {
            int semicolon = text.indexOf(';', from);
            int to = semicolon < 0 ? text.length() : semicolon;
            list.parseTag(text, from, to, semicolon < 0);
            from = to + 1;
        }
        return list;
    }

    /** A list with the first of the wanted tags of each name, and all failures. */
    public TagList only(Predicate<Tag> wanted) {
        TagList list = new TagList();
        list.failures.addAll(failures);
        list.failureCount = failureCount;
        tags.stream().filter(tag -> wanted.test(tag) && !list.has(tag.name())).forEach(list::add);
        return list;
    }

    /** Keeps the first eight failures, and the first failure of each problem. */
    private void report(Problem problem, int offset, Octets detail) {
        failureCount++;
        if (failures.size() < MAX_FAILURES || !has(problem)) {
            Octets shown = detail.slice(0, Math.min(detail.length(), MAX_DETAIL));
            failures.add(new Failure(problem, offset, shown.trimFws().toString()));
        }
    }

    private void add(Tag tag) {
        tags.add(tag);
        int letter = letter(tag.name());
        if (letter >= 0 && byLetter[letter] == 0) {
            byLetter[letter] = (byte) tags.size();
        }
    }

    /** The number of a one-letter name, from 0; -1 for any other name. */
    private static int letter(String name) {
        int letter = name.length() == 1 ? name.charAt(0) - 'a' : -1;
        return letter <= 'z' - 'a' ? letter : -1;
    }

    private void parseTag(Octets text, int from, int to, boolean last) {
        int start = from;
        while (start < to && Ascii.isFws(text.at(start))) {
            start++;
        }
        if (start == to) {
            // A semicolon after the last tag is allowed (RFC 6376 §3.2).
            if (!last) {
                report(Problem.EMPTY_TAG, from, Octets.EMPTY);
            }
            return;
        }
        // Only within the tag, so that a list of semicolons takes linear time.
        int equals = text.indexOf('=', start, to);
        if (equals < 0) {
            report(Problem.NO_EQUALS_SIGN, start, text.slice(start, to));
            return;
        }
        int nameEnd = equals;
        while (nameEnd > start && Ascii.isFws(text.at(nameEnd - 1))) {
            nameEnd--;
        }
        if (!isTagName(text, start, nameEnd)) {
            report(Problem.BAD_NAME, start, text.slice(start, nameEnd));
            return;
        }
        String tagName = name(text, start, nameEnd);
        Octets value = text.slice(equals + 1, to).trimFws();
        int bad = firstBadOctet(value);
        if (bad >= 0) {
            report(Problem.BAD_VALUE, start, text.slice(start, nameEnd));
        }
        // Linear search, which for few tags is faster than a set.
        if (tags.size() >= MAX_TAGS) {
            if (!has(Problem.TOO_MANY_TAGS)) {
                report(Problem.TOO_MANY_TAGS, start, TOO_MANY);
            }
            return;
        }
        if (has(tagName)) {
            report(Problem.DUPLICATE, start, text.slice(start, nameEnd));
        }
        add(new Tag(tagName, value, start));
    }

    private static boolean isTagName(Octets text, int from, int to) {
        if (from == to || !Ascii.isAlpha(text.at(from))) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            if (!Ascii.isAlphaNumeric(text.at(i)) && text.at(i) != '_') {
                return false;
            }
        }
        return true;
    }

    private static String name(Octets text, int from, int to) {
        return to - from == 1 ? LETTERS[text.at(from)] : text.slice(from, to).latin1();
    }

    private static int firstBadOctet(Octets value) {
        int i = value.nearFirstUnprintable(0);
        while (i < value.length()) {
            int octet = value.at(i);
            if (!Ascii.isVisible(octet) && !Ascii.isFws(octet)) {
                return i;
            }
            // After a fold there is usually a whole line of the value.
            i = octet < ' ' ? value.nearFirstUnprintable(i + 1) : i + 1;
        }
        return -1;
    }

    /** The tags in the order written, with duplicates. */
    public List<Tag> tags() {
        return Collections.unmodifiableList(tags);
    }

    /** The first eight failures, and the first of each problem, in the order of the text. */
    public List<Failure> failures() {
        return Collections.unmodifiableList(failures);
    }

    /** The number of all failures, including those that are not in {@link #failures()}. */
    int failureCount() {
        return failureCount;
    }

    /** The first tag of this name. */
    public Optional<Tag> tag(String name) {
        int number = number(name);
        return number == 0 ? Optional.empty() : Optional.of(tags.get(number - 1));
    }

    /** Whether there is a tag of this name. */
    public boolean has(String name) {
        return number(name) > 0;
    }

    /** The number of the first tag with this name, from 1; 0 for none. */
    private int number(String name) {
        int letter = letter(name);
        if (letter >= 0) {
            return byLetter[letter];
        }
        // No iterator to allocate; the hash codes of the names are cached.
        for (int i = 0; i < tags.size(); i++) {
            String other = tags.get(i).name();
            if (other.hashCode() == name.hashCode() && other.equals(name)) {
                return i + 1;
            }
        }
        return 0;
    }

    /** The value of the first tag of this name. */
    public Optional<Octets> value(String name) {
        return tag(name).map(Tag::value);
    }

    /** Whether the list has a failure with this problem. */
    public boolean has(Problem problem) {
        for (Failure failure : failures) {
            if (failure.problem() == problem) {
                return true;
            }
        }
        return false;
    }
}
