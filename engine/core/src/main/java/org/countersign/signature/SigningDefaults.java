package org.countersign.signature;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.countersign.canonical.BodyHashes;
import org.countersign.canonical.Canonicalization;
import org.countersign.syntax.Ascii;

/**
 * How messages are signed: canonicalizations, header fields and validity.
 *
 * @param oversigned header fields that are signed once more than they occur, so that adding one in transit breaks the
 *     signature (RFC 6376 §8.15)
 * @param oversignedWhenPresent header fields that are oversigned if the message has one, and otherwise not signed
 * @param signedWhenPresent header fields that are signed as often as they occur
 * @param validity the time after which the signature expires; empty for never
 */
public record SigningDefaults(
        Canonicalization headerCanonicalization,
        Canonicalization bodyCanonicalization,
        List<String> oversigned,
        List<String> oversignedWhenPresent,
        List<String> signedWhenPresent,
        Optional<Duration> validity) {
    // RFC 6376 §5.4, §5.4.1: fields that may be added, removed or changed in transit.
    private static final Set<String> NEVER_SIGNED = Set.of(
            "received",
            "return-path",
            "delivered-to",
            "comments",
            "keywords",
            "bcc",
            "resent-bcc",
            "dkim-signature",
            "authentication-results",
            "received-spf",
            "arc-seal",
            "arc-message-signature",
            "arc-authentication-results");

    // RFC 5322 §2.1.1: the name and its colon fit into a line of 78 characters.
    private static final int MAX_NAME = 76;

    /**
     * Relaxed canonicalization of header and body. The author, addressee, date, subject and MIME fields are oversigned.
     * The fields of threads and mailing lists are signed when present, as RFC 8058 §4 requires for list-unsubscribe.
     * Sender is oversigned only when present, because most messages have none and mailing lists add one.
     */
    public static final SigningDefaults DEFAULT = new SigningDefaults(
            Canonicalization.RELAXED,
            Canonicalization.RELAXED,
            List.of(
                    "From",
                    "Subject",
                    "Date",
                    "To",
                    "Cc",
                    "Reply-To",
                    "Message-ID",
                    "MIME-Version",
                    "Content-Type",
                    "Content-Transfer-Encoding"),
            List.of("Sender"),
            List.of("In-Reply-To", "References", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
            Optional.empty());

    /**
     * @throws IllegalArgumentException if From is not signed (RFC 6376 §5.4), or the validity is less than a second. Also
     *     if a name occurs twice, is not a field name, or must not be signed.
     */
    public SigningDefaults {
        oversigned = List.copyOf(oversigned);
        oversignedWhenPresent = List.copyOf(oversignedWhenPresent);
        signedWhenPresent = List.copyOf(signedWhenPresent);
        List<String> seen = new ArrayList<>();
        for (String name : oversigned) {
            checkName(name, seen);
        }
        for (String name : oversignedWhenPresent) {
            checkName(name, seen);
        }
        for (String name : signedWhenPresent) {
            checkName(name, seen);
        }
        if (!seen.contains("from")) {
            throw new IllegalArgumentException("From must be signed");
        }
        if (validity.filter(time -> time.toSeconds() < 1).isPresent()) {
            throw new IllegalArgumentException("a signature must be valid for some time");
        }
    }

    /** Whether a signature may cover fields with this name. */
    public static boolean isSignable(String name) {
        boolean visible =
                !name.isEmpty() && name.length() <= MAX_NAME && name.chars().allMatch(Ascii::isVisible);
        return visible && name.indexOf(':') < 0 && name.indexOf(';') < 0 && !NEVER_SIGNED.contains(Ascii.lower(name));
    }

    private static void checkName(String name, List<String> seen) {
        String lower = Ascii.lower(name);
        if (!isSignable(name) || seen.contains(lower)) {
            throw new IllegalArgumentException(name + " must not be signed, or not twice");
        }
        seen.add(lower);
    }

    /** The same with these canonicalizations. */
    public SigningDefaults withCanonicalizations(Canonicalization header, Canonicalization body) {
        return new SigningDefaults(header, body, oversigned, oversignedWhenPresent, signedWhenPresent, validity);
    }

    /**
     * The same with these fields oversigned in addition.
     *
     * @throws IllegalArgumentException if one of them must not be signed
     */
    public SigningDefaults withOversigned(List<String> names) {
        List<String> all = new ArrayList<>(oversigned);
        List<String> oversignedPresent = new ArrayList<>(oversignedWhenPresent);
        List<String> present = new ArrayList<>(signedWhenPresent);
        for (String name : names) {
            oversignedPresent.removeIf(name::equalsIgnoreCase);
            present.removeIf(name::equalsIgnoreCase);
            if (all.stream().noneMatch(name::equalsIgnoreCase)) {
                all.add(name);
            }
        }
        return new SigningDefaults(
                headerCanonicalization, bodyCanonicalization, all, oversignedPresent, present, validity);
    }

    /**
     * The same without these fields, in any case. A host on the way that rewrites a field breaks every signature that
     * covers it.
     *
     * @throws IllegalArgumentException if one of them is From (RFC 6376 §5.4)
     */
    public SigningDefaults withUnsigned(List<String> names) {
        return names.isEmpty()
                ? this
                : new SigningDefaults(
                        headerCanonicalization,
                        bodyCanonicalization,
                        without(oversigned, names),
                        without(oversignedWhenPresent, names),
                        without(signedWhenPresent, names),
                        validity);
    }

    private static List<String> without(List<String> all, List<String> names) {
        return all.stream()
                .filter(name -> names.stream().noneMatch(name::equalsIgnoreCase))
                .toList();
    }

    /** The same with signatures that expire after this time. */
    public SigningDefaults withValidity(Duration time) {
        return new SigningDefaults(
                headerCanonicalization,
                bodyCanonicalization,
                oversigned,
                oversignedWhenPresent,
                signedWhenPresent,
                Optional.of(time));
    }

    /** The request for the body hash that a signature needs. */
    public BodyHashes.Request bodyHashRequest() {
        return new BodyHashes.Request(bodyCanonicalization, OptionalLong.empty());
    }

    /** The names of the {@code h=} tag for this message, spelled as in this object. */
    List<String> headerNames(HeaderIndex headers) {
        List<String> names = new ArrayList<>();
        for (String name : oversigned) {
            addTimes(names, name, headers.count(Ascii.lower(name)) + 1);
        }
        for (String name : oversignedWhenPresent) {
            int count = headers.count(Ascii.lower(name));
            addTimes(names, name, count == 0 ? 0 : count + 1);
        }
        for (String name : signedWhenPresent) {
            addTimes(names, name, headers.count(Ascii.lower(name)));
        }
        return names;
    }

    private static void addTimes(List<String> names, String name, int times) {
        for (int i = 0; i < times; i++) {
            names.add(name);
        }
    }
}
