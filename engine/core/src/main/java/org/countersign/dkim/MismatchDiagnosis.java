package org.countersign.dkim;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.countersign.canonical.Canonicalization;
import org.countersign.canonical.HeaderHash;
import org.countersign.keys.KeyOperations;
import org.countersign.keys.LikelyCause;
import org.countersign.signature.HeaderIndex;
import org.countersign.signature.SignatureTags;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Finds the changes that broke a signature of header fields, by undoing what mailing lists and relays are known to do.
 * Each attempt costs one public key operation, so their number is limited for each message. For one message; not
 * thread-safe.
 */
final class MismatchDiagnosis {
    /** The number of attempts for one message, regardless of the number of its signatures. */
    static final int MAX_ATTEMPTS = 8;

    // Each attempt copies and hashes the fields. Those of most messages have a few kilobytes.
    private static final int MAX_OCTETS = 64 * 1024;

    private static final int MAX_TAG = 64;
    private static final int MAX_REPLY_PREFIX = 5;
    private static final String ENCODING = "Content-Transfer-Encoding";
    // RFC 2045 §6.2: the encodings that leave the body unchanged, and those that encode it.
    private static final List<String> PLAIN = List.of("7bit", "8bit");
    private static final List<String> CODED = List.of("base64", "quoted-printable");
    private static final List<String> ORIGINAL_AUTHOR = List.of("x-original-from", "original-from", "reply-to");

    private final HeaderIndex headers;
    private int attempts;

    MismatchDiagnosis(HeaderIndex headers) {
        this.headers = headers;
    }

    private record Repair(LikelyCause cause, UnaryOperator<List<HeaderField>> undo) {}

    /**
     * The changes that must be undone for the signature to verify; empty if none are found.
     *
     * @param key whether its first argument is a digest, and its second argument is a valid signature of it
     * @param sameBody whether the body has the hash of the signature
     */
    List<LikelyCause> causes(SignatureTags tags, BiPredicate<byte[], byte[]> key, boolean sameBody) {
        List<HeaderField> received = headers.select(tags.headerNames(), tags.field());
        if (attempts == MAX_ATTEMPTS || KeyOperations.octets(received) > MAX_OCTETS) {
            return List.of();
        }
        List<HeaderField> all = received;
        List<LikelyCause> causes = new ArrayList<>();
        for (Repair repair : repairs(tags.headerCanonicalization(), received, sameBody)) {
            List<HeaderField> repaired = repair.undo().apply(received);
            if (!repaired.equals(received)) {
                if (verifies(tags, key, repaired)) {
                    return List.of(repair.cause());
                }
                all = repair.undo().apply(all);
                causes.add(repair.cause());
            }
        }
        return causes.size() > 1 && verifies(tags, key, all)
                ? causes.stream().distinct().toList()
                : List.of();
    }

    private List<Repair> repairs(Canonicalization canonicalization, List<HeaderField> received, boolean sameBody) {
        List<Repair> repairs = new ArrayList<>();
        repairs.add(new Repair(LikelyCause.SUBJECT_TAG_ADDED, MismatchDiagnosis::withoutSubjectTag));
        repairs.add(new Repair(LikelyCause.FROM_REWRITTEN, this::withOriginalAuthor));
        if (canonicalization == Canonicalization.SIMPLE) {
            repairs.add(new Repair(LikelyCause.LEADING_SPACE_LOST, MismatchDiagnosis::withLeadingSpaces));
            repairs.add(new Repair(LikelyCause.FIELDS_REFOLDED, MismatchDiagnosis::unfolded));
        }
        if (!sameBody) {
            for (String encoding : otherEncodings(received)) {
                repairs.add(new Repair(LikelyCause.BODY_REENCODED, fields -> withEncoding(fields, encoding)));
            }
        }
        return repairs;
    }

    private boolean verifies(SignatureTags tags, BiPredicate<byte[], byte[]> key, List<HeaderField> fields) {
        if (attempts == MAX_ATTEMPTS) {
            return false;
        }
        attempts++;
        byte[] digest =
                new HeaderHash(tags.headerCanonicalization()).addAll(fields).digestWith(tags.withoutSignature());
        return key.test(digest, tags.signature().toByteArray());
    }

    private static List<HeaderField> withoutSubjectTag(List<HeaderField> fields) {
        return fields.stream()
                .map(field -> field.is("Subject") ? withValue(field, withoutTag(field.value())) : field)
                .toList();
    }

    // "[list] Lunch" and "Re: [list] Lunch"
    private static Octets withoutTag(Octets value) {
        int open = value.indexOf('[', 0);
        int close = open < 0 ? -1 : value.indexOf(']', open);
        if (close < 0 || close - open > MAX_TAG || !mayPrecedeTag(value.slice(0, open))) {
            return value;
        }
        int rest = close + 1;
        while (rest < value.length() && Ascii.isFws(value.at(rest))) {
            rest++;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length());
        value.slice(0, open).appendTo(out);
        value.from(rest).appendTo(out);
        return Octets.wrap(out.toByteArray());
    }

    private static boolean mayPrecedeTag(Octets text) {
        Octets word = text.trimFws();
        return word.isEmpty() || (word.length() <= MAX_REPLY_PREFIX && word.at(word.length() - 1) == ':');
    }

    private List<HeaderField> withOriginalAuthor(List<HeaderField> fields) {
        for (String source : ORIGINAL_AUTHOR) {
            Optional<HeaderField> author = headers.only(source);
            if (author.isPresent()) {
                // The host that replaced the author also added this field.
                return fields.stream()
                        .filter(field -> !field.is(source))
                        .map(field ->
                                field.is("From") ? withValue(field, author.get().value()) : field)
                        .toList();
            }
        }
        return fields;
    }

    /** The encodings that the body may have had before a relay changed its encoding. */
    private static List<String> otherEncodings(List<HeaderField> fields) {
        for (HeaderField field : fields) {
            if (field.is(ENCODING)) {
                String now = Ascii.lower(field.value().trimFws().latin1());
                return PLAIN.contains(now) ? CODED : CODED.contains(now) ? PLAIN : List.of();
            }
        }
        return List.of();
    }

    private static List<HeaderField> withEncoding(List<HeaderField> fields, String encoding) {
        return fields.stream()
                .map(field -> field.is(ENCODING) ? withValue(field, Octets.latin1(" " + encoding)) : field)
                .toList();
    }

    private static List<HeaderField> withLeadingSpaces(List<HeaderField> fields) {
        return fields.stream()
                .map(field -> startsWithSpace(field.value()) ? field : withValue(field, spaced(field.value())))
                .toList();
    }

    private static boolean startsWithSpace(Octets value) {
        return !value.isEmpty() && Ascii.isFws(value.at(0));
    }

    private static Octets spaced(Octets value) {
        return Octets.latin1(" " + value.latin1());
    }

    private static List<HeaderField> unfolded(List<HeaderField> fields) {
        return fields.stream()
                .map(field -> withValue(field, spaced(inOneLine(field.value()))))
                .toList();
    }

    /** Removes white space at both ends, and replaces each fold and the white space around it by one space. */
    private static Octets inOneLine(Octets value) {
        Octets trimmed = value.trimFws();
        ByteArrayOutputStream out = new ByteArrayOutputStream(trimmed.length());
        int at = 0;
        while (at < trimmed.length()) {
            int end = at;
            boolean fold = false;
            while (Ascii.isFws(trimmed.at(end))) {
                fold |= !Ascii.isWsp(trimmed.at(end));
                end++;
            }
            if (fold) {
                out.write(' ');
            } else {
                trimmed.slice(at, end).appendTo(out);
            }
            out.write(trimmed.at(end));
            at = end + 1;
        }
        return Octets.wrap(out.toByteArray());
    }

    private static HeaderField withValue(HeaderField field, Octets value) {
        Octets raw = field.raw();
        return HeaderField.of(raw.slice(0, raw.length() - field.value().length() - 1), value);
    }
}
