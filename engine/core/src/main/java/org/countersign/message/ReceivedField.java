package org.countersign.message;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * Parses the client in a Received field (RFC 5321 §4.4). The client chose a part of the field, its HELO name, which some
 * servers write without a check. So a field that can be read in two ways has no result.
 *
 * <p>The supported forms are:
 *
 * <pre>
 * from helo (name [192.0.2.1]) by ...                  Postfix, Sendmail
 * from name (EHLO helo) ([192.0.2.1]) by ...           James
 * from name ([192.0.2.1] helo=helo) by ...             Exim
 * from [192.0.2.1] (helo=helo) by ...                  Exim
 * from helo (192.0.2.1) by ...                         Exchange
 * from name (HELO helo) (192.0.2.1) by ...             qmail
 * </pre>
 */
public final class ReceivedField {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_COMMENT_DEPTH = 4;
    private static final String EXIM_HELO = "helo=";
    private static final String UNIX_SOCKET = "[unix socket]";
    // RFC 3848
    private static final List<String> LMTP = List.of("LMTP", "LMTPA", "LMTPS", "LMTPSA");

    private ReceivedField() {}

    /** A word, or the text of a comment. */
    private record Token(String text, boolean comment) {
        boolean isWord(String word) {
            return !comment && Ascii.equalsIgnoreCase(text, word);
        }
    }

    /** The client; empty for a field without exactly one client, or in another form. */
    public static Optional<Hop> parse(Octets value) {
        Optional<List<Token>> tokens = value.length() > MAX_LENGTH ? Optional.empty() : tokens(value.latin1());
        return tokens.flatMap(ReceivedField::parse);
    }

    /**
     * Whether a server took the message by LMTP over a UNIX socket, so that the client is a program of the same machine. Such
     * a field has no address:
     *
     * <pre>
     * from mx.example.org by mx.example.org with LMTP ...                    Dovecot
     * from mx.example.org ([unix socket]) by mx.example.org with LMTPA ...   Cyrus
     * </pre>
     *
     * A field that can be read in two ways is none.
     */
    public static boolean isOverUnixSocket(Octets value) {
        Optional<List<Token>> tokens = value.length() > MAX_LENGTH ? Optional.empty() : tokens(value.latin1());
        return tokens.filter(ReceivedField::isOverUnixSocket).isPresent();
    }

    private static boolean isOverUnixSocket(List<Token> tokens) {
        if (tokens.size() < 4 || !tokens.get(0).isWord("from") || !isName(tokens.get(1))) {
            return false;
        }
        boolean named = tokens.get(2).comment() && tokens.get(2).text().equals(UNIX_SOCKET);
        List<Token> rest = tokens.subList(named ? 3 : 2, tokens.size());
        return isRest(rest) && LMTP.stream().anyMatch(protocol -> isWith(rest, protocol));
    }

    /** Whether the first {@code with} names this protocol. */
    private static boolean isWith(List<Token> rest, String protocol) {
        for (int i = 0; i + 1 < rest.size(); i++) {
            if (rest.get(i).isWord("with")) {
                return rest.get(i + 1).isWord(protocol);
            }
        }
        return false;
    }

    private static Optional<Hop> parse(List<Token> tokens) {
        if (tokens.size() < 2 || !tokens.get(0).isWord("from") || !isName(tokens.get(1))) {
            return Optional.empty();
        }
        int by = 2;
        List<String> comments = new ArrayList<>();
        while (by < tokens.size() && tokens.get(by).comment()) {
            comments.add(tokens.get(by).text());
            by++;
        }
        return by < tokens.size() && isRest(tokens.subList(by, tokens.size()))
                ? client(tokens.get(1).text(), comments)
                : Optional.empty();
    }

    private static boolean isName(Token token) {
        return !token.comment()
                && token.text().chars().allMatch(c -> Ascii.isAlphaNumeric(c) || ".-_[]:".indexOf(c) >= 0);
    }

    /** Whether these are the parts that only the server writes: {@code by}, its clauses, and the date. */
    private static boolean isRest(List<Token> tokens) {
        if (!tokens.getFirst().isWord("by")) {
            return false;
        }
        int end = -1;
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.get(i).isWord("by") || tokens.get(i).isWord("from")) {
                return false;
            }
            if (tokens.get(i).isWord(";")) {
                if (end >= 0) {
                    return false;
                }
                end = i;
            }
        }
        return end > 1
                && isDate(tokens.subList(end + 1, tokens.size()).stream()
                        .filter(token -> !token.comment())
                        .map(Token::text)
                        .toList());
    }

    /** {@code [Mon,] 23 Nov 2026 12:00[:00] +0000}. */
    private static boolean isDate(List<String> words) {
        List<String> date = words.size() == 6 ? words.subList(1, 6) : words;
        boolean named = words.size() == 5
                || (words.size() == 6
                        && words.getFirst().length() == 4
                        && words.getFirst().endsWith(","));
        return named
                && isDigits(date.get(0), 1, 2)
                && date.get(1).length() == 3
                && date.get(1).chars().allMatch(Ascii::isAlpha)
                && isDigits(date.get(2), 4, 4)
                && (isTime(date.get(3), 5) || isTime(date.get(3), 8))
                && isZone(date.get(4));
    }

    private static boolean isDigits(String text, int min, int max) {
        return text.length() >= min && text.length() <= max && text.chars().allMatch(Ascii::isDigit);
    }

    private static boolean isTime(String text, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (i % 3 == 2 ? text.charAt(i) != ':' : !Ascii.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZone(String text) {
        boolean numeric = text.startsWith("+") || text.startsWith("-");
        return numeric
                ? isDigits(text.substring(1), 4, 4)
                : text.length() <= 5 && text.chars().allMatch(Ascii::isAlpha);
    }

    private static Optional<Hop> client(String name, List<String> comments) {
        List<String> helos =
                comments.stream().flatMap(comment -> helo(comment).stream()).toList();
        Set<InetAddress> addresses = new LinkedHashSet<>();
        comments.stream().filter(comment -> !isHeloComment(comment)).forEach(comment -> collect(comment, addresses));
        if (addresses.isEmpty() && comments.stream().anyMatch(comment -> eximHelo(comment) >= 0)) {
            // Exim writes the address if the name is unknown.
            literal(name).ifPresent(addresses::add);
        }
        return addresses.size() == 1 && helos.size() < 2
                ? Optional.of(new Hop(addresses.iterator().next(), helos.isEmpty() ? name : helos.getFirst()))
                : Optional.empty();
    }

    private static boolean isHeloComment(String comment) {
        String lower = Ascii.lower(comment);
        return lower.startsWith("ehlo ") || lower.startsWith("helo ") || lower.startsWith("lhlo ");
    }

    private static Optional<String> helo(String comment) {
        if (isHeloComment(comment)) {
            return Optional.of(comment.substring(5).strip());
        }
        int at = eximHelo(comment);
        if (at < 0) {
            return Optional.empty();
        }
        int end = comment.indexOf(' ', at);
        return Optional.of(comment.substring(at + EXIM_HELO.length(), end < 0 ? comment.length() : end));
    }

    /** The index of the HELO name in a comment of Exim, or -1. */
    private static int eximHelo(String comment) {
        int at = isHeloComment(comment) ? -1 : comment.indexOf(EXIM_HELO);
        return at > 0 && comment.charAt(at - 1) != ' ' ? -1 : at;
    }

    /** All addresses in brackets, and an address that is the whole comment. */
    private static void collect(String comment, Set<InetAddress> addresses) {
        IpNetwork.parseAddress(comment.strip()).map(IpNetwork::plain).ifPresent(addresses::add);
        for (int open = comment.indexOf('['); open >= 0; open = comment.indexOf('[', open + 1)) {
            int close = comment.indexOf(']', open);
            boolean isHelo = open > 0 && comment.charAt(open - 1) == '=';
            if (close > open && !isHelo) {
                literal(comment.substring(open, close + 1)).ifPresent(addresses::add);
            }
        }
    }

    private static Optional<InetAddress> literal(String text) {
        if (text.length() < 2 || !text.startsWith("[") || !text.endsWith("]")) {
            return Optional.empty();
        }
        String inside = text.substring(1, text.length() - 1);
        boolean tagged = Ascii.lower(inside).startsWith("ipv6:");
        return IpNetwork.parseAddress(tagged ? inside.substring(5) : inside).map(IpNetwork::plain);
    }

    /** Words, comments and semicolons; empty for octets that no server writes outside comments. */
    private static Optional<List<Token>> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (c == '(') {
                end = endOfComment(text, at);
                if (end < 0) {
                    return Optional.empty();
                }
                tokens.add(new Token(unfolded(text.substring(at + 1, end - 1)), true));
            } else if (c == ';') {
                tokens.add(new Token(";", false));
            } else if (Ascii.isVisible(c)) {
                end = endOfWord(text, at);
                if (end == at) {
                    return Optional.empty();
                }
                tokens.add(new Token(text.substring(at, end), false));
            } else if (!Ascii.isFws(c)) {
                return Optional.empty();
            }
            at = end;
        }
        return Optional.of(tokens);
    }

    private static int endOfWord(String text, int from) {
        int end = from;
        while (end < text.length() && Ascii.isVisible(text.charAt(end)) && "();\"\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** The index after a comment, or -1 if it has no end. Servers write no backslash in comments. */
    private static int endOfComment(String text, int from) {
        int depth = 0;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' || (!Ascii.isVisible(c) && !Ascii.isFws(c))) {
                return -1;
            }
            if (c == '(' && ++depth > MAX_COMMENT_DEPTH) {
                return -1;
            }
            if (c == ')' && --depth == 0) {
                return at + 1;
            }
        }
        return -1;
    }

    private static String unfolded(String comment) {
        return comment.replace("\r\n", "").replace('\t', ' ').strip();
    }
}
