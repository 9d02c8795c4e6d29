package org.countersign.policy;

import org.countersign.syntax.Escapes;

/**
 * A reply to an SMTP command, in one line.
 *
 * @param code 400 to 599
 * @param enhancedCode three numbers of RFC 3463, the first of them the class of the code: {@code 5.7.26}
 * @param text printing US-ASCII; whatever else was given has been escaped, and what is too long cut
 */
public record SmtpReply(int code, String enhancedCode, String text) {
    // RFC 5321 §4.5.3.1.5: a reply line is at most 512 octets, of which the codes take some.
    private static final int MAX_TEXT = 450;

    /**
     * @throws IllegalArgumentException for a code that is not a refusal or an enhanced code of another class
     */
    public SmtpReply {
        if (code < 400 || code > 599) {
            throw new IllegalArgumentException("not a code that refuses: " + code);
        }
        if (enhancedCode.isEmpty() || enhancedCode.charAt(0) - '0' != code / 100) {
            throw new IllegalArgumentException("enhanced code " + enhancedCode + " does not go with " + code);
        }
        text = Escapes.printable(text);
        text = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }

    /** As the client sees it: {@code 550 5.7.26 Email rejected per DMARC policy for example.com}. */
    @Override
    public String toString() {
        return code + " " + enhancedCode + " " + text;
    }
}
