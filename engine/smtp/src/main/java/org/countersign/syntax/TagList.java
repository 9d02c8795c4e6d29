package org.countersign.syntax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A {@code name=value; name=value} list as DKIM, ARC and DMARC write it (RFC 6376 §3.2), read from any
 * octets. What is wrong is listed beside what could be read: DKIM takes any problem for the end of the
 * signature, DMARC drops the faulty part and goes on (RFC 9989 §4.8), a linter shows it all.
 */
public final class TagList {
    private static final int MAX_TAGS = 64;
    private static final int MAX_PROBLEMS = 8;
    private static final int MAX_DETAIL = 64;

    private static final Octets TOO_MANY = Octets.latin1("more than " + MAX_TAGS + " tags");

    /** The names of one letter, which nearly all tags of DKIM have: no text has to be made for them. */
    private static final String[] LETTERS =
            IntStream.range(0, 128).mapToObj(Character::toString).toArray(String[]::new);

    /**
     * One tag.
     *
     * @param name as written, since tag names are case sensitive (RFC 6376 §3.2)
     * @param value without the white space around it; inside, white space and folds are as written
     * @param offset index of the name's first octet in the list
     */
    public record Tag(String name, Octets value, int offset) {}

    /**
     * Something that the grammar does not allow.
     *
     * @param offset index of the octet where it begins
     * @param detail what stands there, its first 64 octets, printable
     */
    public record Problem(Kind kind, int offset, String detail) {}

    /** What can be wrong with a tag list. */
    public enum Kind {
        /** Nothing, or only white space, between two semicolons. */
        EMPTY_TAG,
        /** No {@code =} before the next semicolon. */
        NO_EQUALS_SIGN,
        /** The name is empty or has a character other than a letter, a digit or an underscore. */
        BAD_NAME,
        /** The name stood before. */
        DUPLICATE,
        /** A value with a control character or an 8-bit octet. */
        BAD_VALUE
    }

    private final List<Tag> tags = new ArrayList<>(12);
    private final List<Problem> problems = new ArrayList<>(0);
    private int problemCount;

    /** For each lower-case letter which tag is the first of that name, counted from 1; 0 for none. */
    private final byte[] byLetter = new byte['z' - 'a' + 1];

    private TagList() {}

    /** Reads a list; total, and linear in its length. */
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

    /** The first tag of each name for which this is true, with all the problems. */
    public TagList only(Predicate<Tag> wanted) {
        TagList list = new TagList();
        list.problems.addAll(problems);
        list.problemCount = problemCount;
        tags.stream().filter(tag -> wanted.test(tag) && !list.has(tag.name())).forEach(list::add);
        return list;
    }

    /** Keeps the first few problems, and the first of each kind: a list can have any number of them. */
    private void report(Kind kind, int offset, Octets detail) {
        problemCount++;
        if (problems.size() < MAX_PROBLEMS || !has(kind)) {
            Octets shown = detail.slice(0, Math.min(detail.length(), MAX_DETAIL));
            problems.add(new Problem(kind, offset, shown.trimFws().toString()));
        }
    }

    private void add(Tag tag) {
        tags.add(tag);
        int letter = letter(tag.name());
        if (letter >= 0 && byLetter[letter] == 0) {
            byLetter[letter] = (byte) tags.size();
        }
    }

    /** Which letter a name of one letter is, from 0; -1 for any other name. */
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
            // One semicolon may stand behind the last tag (RFC 6376 §3.2).
            if (!last) {
                report(Kind.EMPTY_TAG, from, Octets.EMPTY);
            }
            return;
        }
        // Not beyond the tag: a list of nothing but semicolons would be searched to its end for each.
        int equals = text.indexOf('=', start, to);
        if (equals < 0) {
            report(Kind.NO_EQUALS_SIGN, start, text.slice(start, to));
            return;
        }
        int nameEnd = equals;
        while (nameEnd > start && Ascii.isFws(text.at(nameEnd - 1))) {
            nameEnd--;
        }
        if (!isTagName(text, start, nameEnd)) {
            report(Kind.BAD_NAME, start, text.slice(start, nameEnd));
            return;
        }
        String tagName = name(text, start, nameEnd);
        Octets value = text.slice(equals + 1, to).trimFws();
        int bad = firstBadOctet(value);
        if (bad >= 0) {
            report(Kind.BAD_VALUE, start, text.slice(start, nameEnd));
        }
        // Few tags are ever known, so a list is searched faster than a set is filled; a flood of
        // them is bounded by the size of the header or record that it stands in.
        if (tags.size() >= MAX_TAGS) {
            report(Kind.DUPLICATE, start, TOO_MANY);
            return;
        }
        if (has(tagName)) {
            report(Kind.DUPLICATE, start, text.slice(start, nameEnd));
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
            // Behind a fold there is most often a line of it.
            i = octet < ' ' ? value.nearFirstUnprintable(i + 1) : i + 1;
        }
        return -1;
    }

    /** In the order written, duplicates included. */
    public List<Tag> tags() {
        return Collections.unmodifiableList(tags);
    }

    /**
     * The first eight, and the first of each kind, in the order met; empty for a list that is right in every point.
     */
    public List<Problem> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** How many problems there are, those included that were not kept. */
    int problemCount() {
        return problemCount;
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

    /** Which tag is the first of this name, counted from 1; 0 for none. */
    private int number(String name) {
        int letter = letter(name);
        if (letter >= 0) {
            return byLetter[letter];
        }
        // Without an iterator, and by hash codes that are known.
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

    /** Whether a problem of this kind was met. */
    public boolean has(Kind kind) {
        for (Problem problem : problems) {
            if (problem.kind() == kind) {
                return true;
            }
        }
        return false;
    }
}
