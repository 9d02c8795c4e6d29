package org.countersign.james.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Ascii;

/**
 * What the header of a message, or of a part of one, says about its body (RFC 2045), as far as it matters for
 * re-encoding it.
 *
 * @param kind what the body is made of
 * @param text whether it is text
 * @param encoding how it is encoded
 */
record MimePart(Kind kind, boolean text, Encoding encoding) {
    /** What a body is made of. */
    sealed interface Kind {
        /** Parts with this between them. */
        record Multipart(String boundary) implements Kind {}

        /** A message, with a header of its own (RFC 2046 §5.2.1). */
        record Message() implements Kind {}

        /** Octets that may be encoded otherwise. */
        record Leaf() implements Kind {}

        /** Octets that must stay as they are: signed, or of a form that may not be encoded or that is not known. */
        record Fixed() implements Kind {}
    }

    /** The values of Content-Transfer-Encoding that matter here (RFC 2045 §6.1). */
    enum Encoding {
        SEVEN_BIT,
        EIGHT_BIT,
        BINARY,
        /** Base64, quoted-printable, or one that is not known. */
        ENCODED
    }

    private static final int MAX_BOUNDARY = 70;

    /** Reads a header, the empty line behind it included or not. Total: what is not understood is {@link Kind.Fixed}. */
    static MimePart parse(byte[] header) {
        Optional<String> type = value(header, "content-type");
        Encoding encoding = encoding(value(header, "content-transfer-encoding"));
        String named = Ascii.lower(
                type.map(value -> withoutComments(value.split(";", 2)[0]).strip())
                        .orElse(""));
        // RFC 2045 §5.2: so it is also where the field cannot be read.
        String media = named.indexOf('/') < 0 ? "text/plain" : named;
        return new MimePart(kind(media, type.orElse(""), encoding), media.startsWith("text/"), encoding);
    }

    private static Kind kind(String media, String type, Encoding encoding) {
        if (media.startsWith("multipart/")) {
            // RFC 1847 §2.1: what is signed must not be changed; RFC 2045 §6.4: a multipart is not encoded.
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

    /** RFC 2046 §5.1.1: a boundary is up to 70 characters and does not end in a blank. */
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

    /** Cut at semicolons that are not in quotes. */
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

    /** The value of the first field of a name, unfolded. */
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

    /** Whether a line begins a field of this name, given in lower case. */
    static boolean isField(String line, String name) {
        int colon = line.indexOf(':');
        return colon > 0
                && Ascii.lower(line.substring(0, colon)).stripTrailing().equals(name);
    }
}
