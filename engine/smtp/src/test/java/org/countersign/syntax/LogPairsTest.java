package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogPairsTest {
    private static String pair(String value) {
        StringBuilder line = new StringBuilder("message");
        LogPairs.append(line, "key", value);
        return line.toString();
    }

    @Test
    void doesNotQuotePlainWords() {
        assertThat(pair("mx.example.org[2001:db8::25]")).isEqualTo("message key=mx.example.org[2001:db8::25]");
        assertThat(pair("<ada+x@example.org>")).isEqualTo("message key=<ada+x@example.org>");
    }

    @Test
    void quotesOtherText() {
        assertThat(pair("")).isEqualTo("message key=\"\"");
        assertThat(pair("no such name")).isEqualTo("message key=\"no such name\"");
        assertThat(pair("a=b")).isEqualTo("message key=\"a=b\"");
    }

    @Test
    void noValueCanEndItsQuotesOrTheLine() {
        assertThat(pair("x\" verdict=accept")).isEqualTo("message key=\"x\\\"\\x20verdict=accept\"");
        assertThat(pair("x\\\" verdict=accept")).isEqualTo("message key=\"x\\\\\\\"\\x20verdict=accept\"");
        assertThat(pair("x\r\nmessage key=y\u001B[2J\u2028\u202E"))
                .isEqualTo("message key=\"x\\x0d\\x0amessage\\x20key=y\\x1b[2J\\u2028\\u202e\"");
    }

    /** As fail2ban and grep read a line. */
    @Test
    void noValueHasABlankAndAKey() {
        String forged = "<x event=message client=bank.example[198.51.100.7] dns-questions=3 ms=1 verdict=reject>";
        assertThat(pair(forged))
                .isEqualTo("message key=\"<x\\x20event=message\\x20client=bank.example[198.51.100.7]"
                        + "\\x20dns-questions=3\\x20ms=1\\x20verdict=reject>\"");
        assertThat(pair("v=DKIM1; k=rsa; p=MIIB and Type=exec"))
                .isEqualTo("message key=\"v=DKIM1; k=rsa; p=MIIB and Type=exec\"");
    }

    @Test
    void cutsLongValues() {
        assertThat(pair("a b".repeat(10_000))).hasSizeLessThan(17_000).endsWith("...\"");
    }
}
