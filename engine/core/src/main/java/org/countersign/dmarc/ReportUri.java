package org.countersign.dmarc;

import java.util.Optional;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Octets;

/**
 * The URI of a destination for reports (RFC 9989 §4.6). Only its syntax has been checked. Before a report is sent, the
 * consent of the destination must be verified (RFC 9990 §4).
 *
 * @param scheme in lower case
 * @param uri the complete URI, with its scheme as published and without the obsolete size limit
 */
public record ReportUri(String scheme, String uri) {
    private static final int MAX_LENGTH = 1024;

    /**
     * Parses one element of a {@code rua} or {@code ruf} list: an RFC 3986 URI without {@code !} and comma. An obsolete size
     * limit ({@code !10m}) is removed. A {@code mailto:} URI must have an address (RFC 6068 §2). Empty if invalid.
     */
    static Optional<ReportUri> parse(Octets element) {
        if (element.length() > MAX_LENGTH || !element.isAscii()) {
            return Optional.empty();
        }
        String uri = withoutSize(element.latin1());
        int colon = uri.indexOf(':');
        if (colon < 1 || !isScheme(uri, colon) || colon == uri.length() - 1) {
            return Optional.empty();
        }
        String scheme = Ascii.lower(uri.substring(0, colon));
        boolean hierarchical = uri.startsWith("//", colon + 1);
        if (!areUriCharacters(uri, colon + 1, hierarchical)) {
            return Optional.empty();
        }
        if (scheme.equals("mailto") && !namesAddress(uri, colon + 1)) {
            return Optional.empty();
        }
        return Optional.of(new ReportUri(scheme, uri));
    }

    // RFC 9989 §4.8 obs-dmarc-report-size
    static String withoutSize(String element) {
        int mark = element.lastIndexOf('!');
        if (mark < 0) {
            return element;
        }
        int end = element.length();
        if (end - mark > 2 && "kmgt".indexOf(Ascii.lower(element.charAt(end - 1))) >= 0) {
            end--;
        }
        for (int i = mark + 1; i < end; i++) {
            if (!Ascii.isDigit(element.charAt(i))) {
                return element;
            }
        }
        return end == mark + 1 ? element : element.substring(0, mark);
    }

    private static boolean isScheme(String uri, int colon) {
        if (!Ascii.isAlpha(uri.charAt(0))) {
            return false;
        }
        for (int i = 1; i < colon; i++) {
            char c = uri.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && c != '+' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    // RFC 3986 §2. Brackets are allowed only around an IP address in an authority.
    private static boolean areUriCharacters(String uri, int from, boolean hierarchical) {
        for (int i = from; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                if (i + 2 >= uri.length()
                        || Ascii.hexDigit(uri.charAt(i + 1)) < 0
                        || Ascii.hexDigit(uri.charAt(i + 2)) < 0) {
                    return false;
                }
                i += 2;
            } else if (c == '[' || c == ']') {
                if (!hierarchical) {
                    return false;
                }
            } else if (!Ascii.isAlphaNumeric(c) && "-._~:/?#@$&'()*+;=".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean namesAddress(String uri, int from) {
        int query = uri.indexOf('?', from);
        int end = query < 0 ? uri.length() : query;
        int at = uri.lastIndexOf('@', end - 1);
        return at > from && at < end - 1;
    }

    @Override
    public String toString() {
        return uri;
    }
}
