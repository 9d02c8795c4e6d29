package org.countersign.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Ascii;

/**
 * What a Received field says besides the client: the protocol, the login, the recipient and the date. It must be a field
 * that {@link org.countersign.message.ReceivedField} can read.
 *
 * @param server the name after {@code by}; may be empty
 * @param protocol the word after {@code with}, in capitals; may be empty
 * @param user the login
 * @param recipient the address after {@code for}
 * @param confirmedName the name of the client that the server found in the DNS; empty if there is none
 * @param date the text after the semicolon
 */
record ReceivedClauses(
        String server,
        String protocol,
        Optional<String> user,
        Optional<String> recipient,
        String confirmedName,
        String date) {
    private static final String LOGIN = "authenticated sender:";
    private static final int MAX_LENGTH = 4096;

    /**
     * Whether the client has logged in: the last letter of ESMTPA, ESMTPSA and such words (RFC 3848). LMTPA is no login of an
     * author, but the delivery from one program of a site to another (RFC 2033).
     */
    boolean authenticated() {
        return protocol.endsWith("SMTPA") || protocol.endsWith("SMTPSA");
    }

    static ReceivedClauses of(HeaderField field) {
        String value = field.value().utf8().replace("\r\n", "").replace('\t', ' ');
        List<String> tokens = tokens(value.substring(0, Math.min(value.length(), MAX_LENGTH)));
        int by = tokens.indexOf("by");
        int end = tokens.lastIndexOf(";");
        List<String> server = by < 0 ? List.of() : tokens.subList(by, end > by ? end : tokens.size());
        List<String> client = tokens.subList(0, Math.max(by, 0));
        String date = value.substring(value.lastIndexOf(';') + 1).strip();
        return new ReceivedClauses(
                after("by", server),
                upper(after("with", server)),
                login(client, server),
                Optional.of(after("for", server))
                        .map(address -> address.replace("<", "").replace(">", ""))
                        .filter(address -> address.indexOf('@') > 0),
                confirmedName(client),
                date);
    }

    private static String after(String word, List<String> tokens) {
        int at = tokens.indexOf(word);
        return at >= 0 && at + 1 < tokens.size() ? tokens.get(at + 1) : "";
    }

    private static String upper(String word) {
        StringBuilder upper = new StringBuilder(word.length());
        word.chars().forEach(c -> upper.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
        return upper.toString();
    }

    /**
     * The login in a comment of Postfix, which stands behind the comment with the address. A comment before that one is a
     * part of the name in HELO, which the client chose.
     */
    private static Optional<String> login(List<String> client, List<String> server) {
        List<String> comments = new ArrayList<>(
                client.stream().filter(token -> token.startsWith("(")).toList());
        if (!comments.isEmpty()) {
            comments.removeFirst();
        }
        comments.addAll(server.stream().filter(token -> token.startsWith("(")).toList());
        return comments.stream()
                .map(comment -> comment.substring(1, comment.length() - 1).strip())
                .filter(comment -> Ascii.lower(comment).startsWith(LOGIN))
                .map(comment -> comment.substring(LOGIN.length()).strip())
                .filter(user -> !user.isEmpty() && user.length() <= 256)
                .findFirst();
    }

    /** The name in {@code from helo (name [192.0.2.1])}, as Postfix and Sendmail confirm it; empty for {@code unknown}. */
    private static String confirmedName(List<String> client) {
        Optional<String> comment =
                client.stream().filter(token -> token.startsWith("(")).findFirst();
        if (comment.isEmpty() || comment.get().contains("=")) {
            return "";
        }
        String inside = comment.get().substring(1, comment.get().length() - 1).strip();
        int bracket = inside.indexOf(" [");
        String name = bracket > 0 ? inside.substring(0, bracket) : "";
        boolean host = DomainName.parse(name).filter(DomainName::isHostName).isPresent();
        return host
                        && !Ascii.equalsIgnoreCase(name, "unknown")
                        && name.indexOf('.') > 0
                        && !inside.contains("may be forged")
                ? name
                : "";
    }

    /** The value of {@code key=value;} in a Received-SPF field (RFC 7208 §9.1), without quotation marks. */
    static Optional<String> pair(String value, String key) {
        int comment = value.indexOf(')');
        for (String part : value.substring(comment + 1).split("[; ]", -1)) {
            if (part.startsWith(key + "=")) {
                String text = part.substring(key.length() + 1);
                boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
                return Optional.of(quoted ? text.substring(1, text.length() - 1) : text);
            }
        }
        return Optional.empty();
    }

    /** Words, whole comments and semicolons. Words are in lower case only where they are keywords. */
    private static List<String> tokens(String value) {
        List<String> tokens = new ArrayList<>();
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            int end = at + 1;
            if (c == '(') {
                int depth = 1;
                while (end < value.length() && depth > 0) {
                    depth += value.charAt(end) == '(' ? 1 : value.charAt(end) == ')' ? -1 : 0;
                    end++;
                }
                if (depth > 0) {
                    return tokens;
                }
                tokens.add(value.substring(at, end));
            } else if (c == ';') {
                tokens.add(";");
            } else if (c != ' ') {
                while (end < value.length() && " ();".indexOf(value.charAt(end)) < 0) {
                    end++;
                }
                String word = value.substring(at, end);
                String lower = Ascii.lower(word);
                tokens.add(List.of("from", "by", "with", "for", "id", "via").contains(lower) ? lower : word);
            }
            at = end;
        }
        return tokens;
    }
}
