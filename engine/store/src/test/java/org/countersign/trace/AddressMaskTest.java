package org.countersign.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressMaskTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alice@example.org | *@example.org",
                "<alice@example.org> | <*@example.org>",
                "@example.org | @example.org",
                "The author is a.b+c@example.org, it says. | The author is *@example.org, it says.",
                "spf=pass smtp.mailfrom=bounce+alice=example.net@list.example; | spf=pass smtp.mailfrom=*@list.example;",
                "bounce+alice=example.net@list.example | *@list.example",
                "i=alice@example.org | i=*@example.org",
                "mailto:dmarc@example.org,mailto:x@y.example | mailto:*@example.org,mailto:*@y.example",
                "\"alice b\"@example.org | *@example.org",
                "said \"a\\\"b\"@example.org | said *@example.org",
                "said \"a\\\\\"b\"@example.org | said *@example.org",
                "a@b@example.org | *@*@example.org",
                "no address at all | no address at all",
            })
    void thePartBeforeTheAtIsReplaced(String text, String masked) {
        assertThat(AddressMask.withoutLocalParts(text)).isEqualTo(masked);
    }

    private static String masked(TracedMessage message, String text) {
        return new String(
                ExplanationJson.toBytes(
                        AddressMask.mask(new Explanation.Group().text("a", text).text("user", "alice"), message)),
                US_ASCII);
    }

    @Test
    void theClientIsReplacedInAllItsNotations() {
        TracedMessage ipv4 = TracedMessages.message("Q", "", TracedMessages.FORGED);
        assertThat(masked(ipv4, "192.0.2.7 is not 7.2.0.192.in-addr.arpa"))
                .isEqualTo("{\"a\":\"192.0.2.0/24 is not *.in-addr.arpa\"}");
        TracedMessage ipv6 = TracedMessages.message(
                TracedMessages.TIME, "Q", "", TracedMessages.address("2001:db8::1"), TracedMessages.FORGED);
        assertThat(masked(
                        ipv6,
                        "2001:db8::1 and 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"))
                .isEqualTo("{\"a\":\"2001:db8::/48 and *.ip6.arpa\"}");
    }

    /** As in a query of an SPF record with a macro. */
    @Test
    void theLocalPartIsReplacedInNames() {
        assertThat(masked(TracedMessages.message("Q", "", TracedMessages.FORGED), "A bounce._spf.sender.example"))
                .isEqualTo("{\"a\":\"A *._spf.sender.example\"}");
    }
}
