package org.countersign.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code name=value; name=value} list as DKIM, ARC and DMARC write it (RFC 6376 §3.2), read from any
 * octets. What is wrong is listed beside what could be read: DKIM takes any problem for the end of the
 * signature, DMARC drops the faulty part and goes on (RFC 9989 §4.8), a linter shows it all.
 *
 * @param tags in the order written, duplicates included
 * @param problems in the order met, empty for a list that is right in every point
 */
public record TagList(List<Tag> tags, List<Problem> problems) {
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

    public TagList {
        tags = List.copyOf(tags);
        problems = List.copyOf(problems);
    }

    /** Reads a list; total, and linear in its length. */
    public static TagList parse(Octets text) {
        List<Tag> tags = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        int from = 0;
        while (from <= text.length()) {
            int semicolon = text.indexOf(';', from);
            int to = semicolon < 0 ? text.length() : semicolon;
            boolean last = semicolon < 0;
            parseTag(text, from, to, last, tags, problems);
            from = to + 1;
        }
        return new TagList(tags, problems);
    }

    private static void parseTag(Octets text, int from, int to, boolean last, List<Tag> tags, List<Problem> problems) {
        int start = from;
        while (start < to && Ascii.isFws(text.at(start))) {
            start++;
        }
        if (start == to) {
            // One semicolon may stand behind the last tag (RFC 6376 §3.2).
            if (!last) {
                problems.add(new Problem(Kind.EMPTY_TAG, from, ""));
            }
            return;
        }
        // Not beyond the tag: a list of nothing but semicolons would be searched to its end for each.
        int equals = text.indexOf('=', start, to);
        if (equals < 0) {
            problems.add(new Problem(
                    Kind.NO_EQUALS_SIGN, start, text.slice(start, to).trimFws().toString()));
            return;
        }
        Octets name = text.slice(start, equals).trimFws();
        if (!isTagName(name)) {
            problems.add(new Problem(Kind.BAD_NAME, start, name.toString()));
            return;
        }
        Octets value = text.slice(equals + 1, to).trimFws();
        int bad = firstBadOctet(value);
        if (bad >= 0) {
            problems.add(new Problem(Kind.BAD_VALUE, start, name.toString()));
        }
        String tagName = name.latin1();
        // Few tags are ever known, so a list is searched faster than a set is filled; a flood of
        // them is bounded by the size of the header or record that it stands in.
        if (tags.size() < 64 && find(tags, tagName).isPresent()) {
            problems.add(new Problem(Kind.DUPLICATE, start, tagName));
        } else if (tags.size() >= 64) {
            problems.add(new Problem(Kind.DUPLICATE, start, "more than 64 tags"));
            return;
        }
        tags.add(new Tag(tagName, value, start));
    }

    private static boolean isTagName(Octets name) {
        if (name.isEmpty() || !Ascii.isAlpha(name.at(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            if (!Ascii.isAlphaNumeric(name.at(i)) && name.at(i) != '_') {
                return false;
            }
        }
        return true;
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

    private static Optional<Tag> find(List<Tag> tags, String name) {
        // Without an iterator: a signature's tags are looked for thirty times.
        for (int i = 0; i < tags.size(); i++) {
            Tag tag = tags.get(i);
            if (tag.name().hashCode() == name.hashCode() && tag.name().equals(name)) {
                return Optional.of(tag);
            }
        }
        return Optional.empty();
    }

    /** The first tag of this name. */
    public Optional<Tag> tag(String name) {
        return find(tags, name);
    }

    /** The value of the first tag of this name. */
    public Optional<Octets> value(String name) {
        return find(tags, name).map(Tag::value);
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
