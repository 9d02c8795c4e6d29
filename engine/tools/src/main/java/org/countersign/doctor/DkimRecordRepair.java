package org.countersign.doctor;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Repairs the usual damage of a key record. The caller tries whether the repaired text is a key. */
final class DkimRecordRepair {
    private static final String PEM = "-----BEGIN";
    private static final int ED25519_LENGTH = 32;

    private DkimRecordRepair() {}

    /** The text without quotation marks and backslashes, and without blanks in the key. */
    static String withoutQuotes(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        boolean inData = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            inData |= text.startsWith("p=", i);
            if (c != '"' && c != '\\' && !(inData && c <= ' ')) {
                plain.append(c);
            }
            inData &= c != ';';
        }
        return plain.toString().strip();
    }

    /** A record with the base64 between the lines of a PEM file. */
    static String withoutPem(String text) {
        StringBuilder base64 = new StringBuilder();
        String body = text.contains(PEM)
                ? text.substring(text.indexOf(PEM))
                : text.substring(Math.max(0, text.indexOf("p=") + 2));
        boolean marker = false;
        for (int i = 0; i < body.length(); i++) {
            if (body.startsWith("-----", i)) {
                marker = !marker;
                i += 4;
            } else if (body.startsWith("\\n", i) || body.startsWith("\\r", i)) {
                i++;
            } else if (!marker && (Ascii.isAlphaNumeric(body.charAt(i)) || "+/=".indexOf(body.charAt(i)) >= 0)) {
                base64.append(body.charAt(i));
            }
        }
        return "v=DKIM1; k=rsa; p=" + base64;
    }

    /** The key of a text, with a version in front of it. */
    static String withVersion(String text) {
        int data = Ascii.lower(text).indexOf("p=");
        if (data < 0) {
            return text;
        }
        TagList tags = TagList.parse(Octets.latin1(text.substring(data)));
        String type = Ascii.lower(text).contains("ed25519") ? "ed25519" : "rsa";
        return "v=DKIM1; k=" + type + "; p="
                + tags.value("p").map(Octets::latin1).orElse("");
    }

    /** The tags with these names. All tags of the text are read, however many it has. */
    static String withKnownTags(String text, List<String> names) {
        List<TagList.Tag> known = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            TagList.parse(Octets.latin1(part)).tags().stream()
                    .filter(tag -> names.contains(tag.name()))
                    .forEach(known::add);
        }
        return TagListText.of(known);
    }

    /** Whether the text has another version than the one of keys, has it in another place, or has no tags at all. */
    static boolean isWithoutVersion(String text, TagList tags) {
        Optional<Octets> version = tags.value("v");
        if (version.isPresent()) {
            return !version.get().is("DKIM1") || !tags.tags().getFirst().name().equals("v");
        }
        return tags.tags().stream().anyMatch(DkimRecordRepair::isVersion) || isProse(text, tags);
    }

    /** Text that names DKIM somewhere, but has no tags. */
    private static boolean isProse(String text, TagList tags) {
        return tags.value("p").isEmpty() && Ascii.lower(text).contains("dkim");
    }

    private static boolean isVersion(TagList.Tag tag) {
        return Ascii.lower(tag.name()).equals("v");
    }

    /** All tags, with a version in front of them; of prose only its key. */
    static String versioned(String text, TagList tags) {
        if (isProse(text, tags) && tags.value("v").isEmpty()) {
            return withVersion(text);
        }
        return tags.tags().stream()
                .filter(tag -> !isVersion(tag))
                .map(tag -> "; " + tag.name() + "=" + tag.value().latin1())
                .collect(Collectors.joining("", "v=DKIM1", ""));
    }

    /** A record of the type that the octets of its key have, without a wrapper; empty if they are too few. */
    static Optional<String> retyped(Octets data) {
        Octets raw = data.withoutFws().decodeBase64().orElse(Octets.EMPTY);
        if (raw.length() < ED25519_LENGTH) {
            return Optional.empty();
        }
        boolean ed25519 = raw.length() == 44 || raw.length() == 32;
        byte[] key = ed25519 ? raw.from(raw.length() - 32).toByteArray() : raw.toByteArray();
        String type = ed25519 ? "ed25519" : "rsa";
        return Optional.of("v=DKIM1; k=" + type + "; p=" + Base64.getEncoder().encodeToString(key));
    }
}
