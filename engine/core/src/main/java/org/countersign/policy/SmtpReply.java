package org.countersign.policy;

import org.countersign.smtp.EnhancedStatusCode;
import org.countersign.syntax.Escapes;

/**
 * The reply of a refusal to an SMTP command, in one line.
 *
 * @param code 400 to 599
 * @param enhancedCode the RFC 3463 code, such as {@code 5.7.26}, of the same class as {@code code}
 * @param text printing US-ASCII; the constructor escapes other characters and cuts long text
 */
public record SmtpReply(int code, String enhancedCode, String text) {
    // RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets, with the codes.
    private static final int MAX_TEXT = 450;

    /**
     * Escapes and cuts the text.
     *
     * @throws IllegalArgumentException for a code that is no refusal, or an enhanced code that does not match it
     */
    public SmtpReply {
        if (code < 400 || code > 599) {
            throw new IllegalArgumentException("not a code that refuses: " + code);
        }
        if (!EnhancedStatusCode.matches(code, enhancedCode)) {
            throw new IllegalArgumentException("enhanced code " + enhancedCode + " does not match " + code);
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
