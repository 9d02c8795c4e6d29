package org.countersign.policy;

import java.util.Optional;
import org.countersign.smtp.EnhancedStatusCode;

/**
 * The SMTP reply of a rule that refuses messages.
 *
 * @param code 400 to 599, but not 421, which closes the connection
 * @param enhancedCode of RFC 3463, of the class of the code
 */
public record ReplyTemplate(int code, String enhancedCode, TextTemplate text) {
    private static final int CLOSING = 421;

    /**
     * Checks the codes.
     *
     * @throws IllegalArgumentException if {@link #problem} returns a problem
     */
    public ReplyTemplate {
        Optional<String> problem = problem(code, enhancedCode);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(code + " " + enhancedCode + " " + problem.get());
        }
    }

    static ReplyTemplate of(int code, String enhancedCode, String text) {
        return new ReplyTemplate(code, enhancedCode, TextTemplate.of(text));
    }

    /** The problem of a pair of codes, as a predicate; empty if the pair is valid. */
    public static Optional<String> problem(int code, String enhancedCode) {
        if (code < 400 || code > 599 || code == CLOSING) {
            return Optional.of("is not a code that refuses one message: 400 to 599, but not " + CLOSING);
        }
        if (!EnhancedStatusCode.isValid(enhancedCode)) {
            return Optional.of("is not an enhanced code such as 5.7.1");
        }
        return EnhancedStatusCode.matches(code, enhancedCode)
                ? Optional.empty()
                : Optional.of("is of another class than its code: " + code / 100 + ".x.x goes with " + code);
    }

    SmtpReply render(RuleContext facts, String rule) {
        return new SmtpReply(code, enhancedCode, text.render(facts, rule));
    }

    @Override
    public String toString() {
        return code + " " + enhancedCode + " " + text;
    }
}
