package org.countersign.james.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/**
 * The description of a body in the header of a message or of a MIME part (RFC 2045), as far as re-encoding needs it.
 *
 * @param kind the structure of the body
 * @param text whether the body is text
 * @param encoding the Content-Transfer-Encoding
 */
record MimePart(Kind kind, boolean text, Encoding encoding) {
    /** The structure of a body. */
    sealed interface Kind {
        /** Parts separated by this boundary. */
        record Multipart(String boundary) implements Kind {}

        /** A message with its own header section (RFC 2046 §5.2.1). */
        record Message() implements Kind {}

        /** Content that may be re-encoded. */
        record Leaf() implements Kind {}

        /** Content that must not change: it is signed, may not be encoded, or has an unknown form. */
        record Fixed() implements Kind {}
    }

    /** The values of Content-Transfer-Encoding (RFC 2045 §6.1), as far as re-encoding needs them. */
    enum Encoding {
        SEVEN_BIT,
        EIGHT_BIT,
        BINARY,
        /** Base64, quoted-printable, or an unknown encoding. */
        ENCODED
    }

    private static final int MAX_BOUNDARY = 70;

    /** Reads a header section, with or without the empty line after it. Malformed input becomes {@link Kind.Fixed}. */
    static MimePart parse(byte[] header) {
        Optional<String> type = value(header, "content-type");
        Encoding encoding = encoding(value(header, "content-transfer-encoding"));
        String named = Ascii.lower(
                type.map(value -> withoutComments(value.split(";", 2)[0]).strip())
                        .orElse(""));
        // RFC 2045 §5.2: the default, also for a malformed field.
        String media = named.indexOf('/') < 0 ? "text/plain" : named;
        return new MimePart(kind(media, type.orElse(""), encoding), media.startsWith("text/"), encoding);
    }

    private static Kind kind(String media, String type, Encoding encoding) {
        if (media.startsWith("multipart/")) {
            // RFC 1847 §2.1: signed content must not be changed; RFC 2045 §6.4: a multipart is not encoded.
            boolean fixed = media.equals("multipart/signed") || encoding == Encoding.ENCODED;
            Optional<String> boundary = fixed ? Optional.empty() : boundary(type);
            return boundary.isPresent() ? new Kind.Multipart(boundary.get()) : new Kind.Fixed();
        }
        if (media.equals("message/rfc822")) {
            return encoding == Encoding.ENCODED ? new Kind.Fixed() : new Kind.Message();
        }
        boolean fixed = media.startsWith("message/") || encoding == Encoding.ENCODED;
        return fixed ? new Kind.Fixed() : new Kind.Leaf();
    }

    private static Encoding encoding(Optional<String> value) {
        if (value.isEmpty()) {
            return Encoding.SEVEN_BIT;
        }
        return switch (Ascii.lower(withoutComments(value.get()).strip())) {
            case "7bit" -> Encoding.SEVEN_BIT;
            case "8bit" -> Encoding.EIGHT_BIT;
            case "binary" -> Encoding.BINARY;
            default -> Encoding.ENCODED;
        };
    }

    /** RFC 2046 §5.1.1: a boundary has at most 70 characters and does not end with a space. */
    private static Optional<String> boundary(String type) {
        for (String parameter : parameters(type)) {
            int equals = parameter.indexOf('=');
            if (equals < 0
                    || !Ascii.lower(parameter.substring(0, equals).strip()).equals("boundary")) {
                continue;
            }
            String value = parameter.substring(equals + 1).strip();
            boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
            String plain = quoted
                    ? value.substring(1, value.length() - 1).replace("\\", "")
                    : withoutComments(value).strip();
            return plain.isBlank() || plain.length() > MAX_BOUNDARY || plain.endsWith(" ")
                    ? Optional.empty()
                    : Optional.of(plain);
        }
        return Optional.empty();
    }

    /** Splits a field value at semicolons outside quoted strings. */
    private static List<String> parameters(String type) {
        List<String> parameters = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int at = 0; at < type.length(); at++) {
            char c = type.charAt(at);
            if (c == '\\' && quoted) {
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                parameters.add(type.substring(start, at));
                start = at + 1;
            }
        }
        parameters.add(type.substring(start));
        return parameters;
    }

    private static String withoutComments(String text) {
        int open = text.indexOf('(');
        return open < 0 ? text : text.substring(0, open);
    }

    /** The unfolded value of the first field of a name. */
    private static Optional<String> value(byte[] header, String name) {
        StringBuilder value = new StringBuilder();
        boolean found = false;
        for (String line : new String(header, StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
            boolean continues = !line.isEmpty() && Ascii.isWsp(line.charAt(0));
            if (found && !continues) {
                break;
            }
            if (found) {
                value.append(line);
            } else if (!continues && isField(line, name)) {
                found = true;
                value.append(line, line.indexOf(':') + 1, line.length());
            }
        }
        return found ? Optional.of(value.toString()) : Optional.empty();
    }

    /** Whether a line begins a field of this name; the name is in lower case. */
    static boolean isField(String line, String name) {
        int colon = line.indexOf(':');
        return colon > 0
                && Ascii.lower(line.substring(0, colon)).stripTrailing().equals(name);
    }
}
