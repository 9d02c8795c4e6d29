package org.countersign.simulate;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** The name of a mail folder as its user sees it. In a Maildir it is written in modified UTF-7 (RFC 3501 §5.1.3), or in UTF-8. */
final class FolderName {
    private FolderName() {}

    /** The name in lower case. What is not modified UTF-7 stays as it is. */
    static String read(String written) {
        StringBuilder name = new StringBuilder(written.length());
        int at = 0;
        while (at < written.length()) {
            int begin = written.indexOf('&', at);
            int end = begin < 0 ? -1 : written.indexOf('-', begin);
            if (end < 0) {
                break;
            }
            name.append(written, at, begin).append(decoded(written.substring(begin + 1, end)));
            at = end + 1;
        }
        return name.append(written, at, written.length()).toString().toLowerCase(Locale.ROOT);
    }

    private static String decoded(String shifted) {
        if (shifted.isEmpty()) {
            return "&";
        }
        try {
            return new String(Base64.getDecoder().decode(shifted.replace(',', '/')), StandardCharsets.UTF_16BE);
        } catch (IllegalArgumentException notBase64) {
            return "&" + shifted + "-";
        }
    }
}
