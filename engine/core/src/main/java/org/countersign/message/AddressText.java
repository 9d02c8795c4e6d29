package org.countersign.message;

import org.countersign.syntax.Ascii;

/** The text of an address field, with checks for parts that programs read in different ways. */
final class AddressText {
    static final AddressText EMPTY = new AddressText("");

    private final String text;
    private final int[] closing;

    AddressText(String text) {
        this.text = text;
        this.closing = text.indexOf('(') < 0 ? new int[0] : closing(text);
    }

    // For a balanced opening parenthesis the index of the closing one, for a balanced closing one its own index; 0
    // otherwise.
    private static int[] closing(String text) {
        int[] partners = new int[text.length()];
        int[] open = new int[text.length()];
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '(') {
                open[depth++] = i;
            } else if (c == ')' && depth > 0) {
                partners[open[--depth]] = i;
                partners[i] = i;
            }
        }
        return partners;
    }

    int length() {
        return text.length();
    }

    char at(int index) {
        return text.charAt(index);
    }

    boolean is(int index, char c) {
        return index >= 0 && index < text.length() && text.charAt(index) == c;
    }

    String between(int from, int to) {
        return text.substring(from, to);
    }

    /** An {@code @}, or a character that some programs read as one. */
    static boolean isAt(char c) {
        return c == '@' || c == '\uFF20' || c == '\uFE6B';
    }

    boolean isAtSign(int index) {
        return index < text.length() && isAt(text.charAt(index));
    }

    /** White space of any script, and control characters. */
    static boolean isSpace(char c) {
        return c <= ' ' || c == 0x7F || (c > 0x7F && (Character.isISOControl(c) || Character.isSpaceChar(c)));
    }

    /** Whether a character may be part of a domain; dots, and any non-ASCII character except white space and at signs. */
    boolean isDomainLetter(int index) {
        if (index < 0 || index >= text.length()) {
            return false;
        }
        char c = text.charAt(index);
        return c < 0x80 ? Ascii.isAlphaNumeric(c) || c == '.' || c == '-' || c == '_' : !isSpace(c) && !isAt(c);
    }

    /** Whether a character is part of a local part for programs that end it at white space and special characters. */
    boolean isLocalLetter(int index) {
        char c = text.charAt(index);
        return !isSpace(c) && "<>,;:()\"[]\\".indexOf(c) < 0;
    }

    /** The first index that is neither white space nor in a comment. */
    int skipSpace(int from) {
        int at = from;
        while (at < text.length()) {
            if (isSpace(text.charAt(at))) {
                at++;
            } else if (text.charAt(at) == '(' && closing[at] > 0) {
                at = closing[at] + 1;
            } else {
                break;
            }
        }
        return at;
    }

    /** The first index without a mark that lenient programs ignore. */
    int skipMarks(int from) {
        int at = from;
        while (at < text.length() && "\"'`[({=?\\".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    int domainEnd(int from) {
        int at = from;
        while (isDomainLetter(at)) {
            at++;
        }
        return at;
    }

    /** The index of the next white space, or of the next character that ends an address for all programs. */
    int tailEnd(int from) {
        int at = from;
        while (at < text.length() && !isSpace(text.charAt(at)) && "<>,;:()@".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    boolean hasLetter(int from, int to) {
        for (int i = from; i < to; i++) {
            if (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '\uFFFD') {
                return true;
            }
        }
        return false;
    }

    /** Whether this is a bracket that was escaped for HTML. */
    boolean isEntity(int from, int to) {
        return text.startsWith("&gt", from) && to == from + 3 && is(to, ';');
    }

    boolean hasEncodedWord(int from, int to) {
        return text.indexOf("=?", from, to) >= 0;
    }

    boolean isEncodedWord(int index) {
        return text.startsWith("=?", index);
    }

    /** Whether a dot followed by a letter comes next, with any white space and marks in between. */
    boolean hasDotAfterMarks(int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                int word = skipMarks(i + 1);
                return isDomainLetter(word) && !isDot(word);
            }
            if ((isDomainLetter(i) && c != '-' && c != '_') || "<>,;:@".indexOf(c) >= 0) {
                return false;
            }
        }
        return false;
    }

    /**
     * Whether a program that ignores brackets, colons and other marks reads a longer domain, as Perl's Mail::Address and the
     * parser of Thunderbird do.
     *
     * @param from the end of a domain, or of a text that looks like one
     * @param depth the number of open angle brackets at this index
     * @param quoted whether a quotation mark is open at this index
     */
    boolean continuesAfterMarks(int from, int depth, boolean quoted) {
        int at = from;
        int open = depth;
        boolean joins = depth > 0;
        boolean apart = false;
        for (int next = skipSpace(at); next < text.length() && isMark(next); next = skipSpace(at)) {
            char c = text.charAt(next);
            apart |= next > at;
            boolean emptyBrackets = c == '>' && open > depth;
            open += c == '<' ? 1 : c == '>' ? -1 : 0;
            joins |= emptyBrackets || c == ':' || c == ')' || c == '\\' || (c == '"' && !quoted);
            at = next + 1;
        }
        int word = skipSpace(at);
        if (at == from || !isDomainLetter(word) || isLocalPart(word)) {
            return false;
        }
        boolean closed = depth > 0 && open <= 0;
        return isDot(from - 1)
                || (isDot(word) && isDomainLetter(skipSpace(word + 1)))
                || (!closed && (joins || (!apart && word == at)) && !(depth == 0 && isInPhrase(word)));
    }

    /** Whether an address in angle brackets follows this word, so that the word is a name. */
    private boolean isInPhrase(int word) {
        int at = word;
        while (at < text.length() && "<>,;()".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return is(at, '<') && isLocalPart(at + 1);
    }

    private boolean isMark(int index) {
        return switch (text.charAt(index)) {
            case '(', ')' -> closing.length == 0 || closing[index] == 0;
            case ',', ';' -> is(index - 1, '\\');
            case '<', '>', ':', '"', '\\', '[', ']' -> true;
            default -> false;
        };
    }

    private boolean isDot(int index) {
        return is(index, '.');
    }

    /** Whether an {@code @} follows the word. */
    private boolean isLocalPart(int word) {
        int at = word;
        while (at < text.length() && isLocalLetter(at) && !isAt(text.charAt(at))) {
            at++;
        }
        return isAtSign(at) && isDomainLetter(skipSpace(at + 1));
    }

    /** Whether marks and a word follow, which a program that ignores marks reads. */
    boolean hasWordAfterMarks(int from) {
        int word = afterMarks(from);
        return isDomainLetter(word) && !isLocalPart(word);
    }

    private int afterMarks(int from) {
        int at = skipSpace(from);
        while (at < text.length() && isMark(at)) {
            at = skipSpace(at + 1);
        }
        return at;
    }

    /** Whether there is a word before the closing bracket. */
    boolean hasWordInBrackets(int from) {
        int at = skipSpace(from);
        while (at < text.length() && "<>@".indexOf(text.charAt(at)) < 0) {
            if (isDomainLetter(at)) {
                return true;
            }
            at = skipSpace(at + 1);
        }
        return false;
    }

    /** Whether the words have a dot between them, so that they are a domain without white space. */
    boolean wordsHaveDot(int from) {
        int at = from;
        while (isDomainLetter(at)) {
            int next = skipSpace(at + 1);
            if (text.charAt(at) == '.' && (isDomainLetter(next) || hasWordAfterMarks(next))) {
                return true;
            }
            at = next;
        }
        return false;
    }

    /** The index of the quotation mark before this one, or {@code min} if there is none. */
    int quoteBefore(int quote, int min) {
        int at = quote - 1;
        while (at > min && text.charAt(at) != '"') {
            at--;
        }
        return Math.max(at, min);
    }

    /** Whether a full stop of another script separates labels in this name. */
    static boolean hasForeignDot(String name) {
        return name.indexOf('\u3002') >= 0 || name.indexOf('\uFF0E') >= 0 || name.indexOf('\uFF61') >= 0;
    }

    /** A name without trailing brackets and quotation marks of other scripts. */
    static String withoutClosingMarks(String name) {
        int end = name.length();
        while (end > 0
                && name.charAt(end - 1) >= 0x80
                && !Character.isLetterOrDigit(name.charAt(end - 1))
                && !Character.isSurrogate(name.charAt(end - 1))
                && name.charAt(end - 1) != '\uFFFD') {
            end--;
        }
        return name.substring(0, end);
    }

    /** Whether the name has a non-ASCII character that is neither a letter, a digit nor a combining mark. */
    static boolean hasForeignSymbol(String name) {
        return !Ascii.isAscii(name)
                && name.codePoints().anyMatch(c -> c >= 0x80 && !Character.isUnicodeIdentifierPart(c));
    }

    /** The name as read by a program that stops at the first character other than ASCII letters, digits and hyphens. */
    static String asciiPrefix(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) < 0x80 && name.charAt(end) != '_') {
            end++;
        }
        return name.substring(0, end);
    }
}
