package org.countersign.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TransportScanTest {
    private static final HeaderSection ORDINARY =
            section("From: a@example.org", "Date: x", "Message-ID: <1@example.org>");

    private static HeaderSection section(String... fields) {
        return new HeaderSection(Stream.of(fields)
                .map(text -> HeaderField.of(
                        Octets.latin1(text.substring(0, text.indexOf(':'))),
                        Octets.latin1(text.substring(text.indexOf(':') + 1))))
                .toList());
    }

    private static Set<TransportHazard> scan(HeaderSection headers, String body) {
        return scan(new TransportScan(false), headers, body);
    }

    private static Set<TransportHazard> scan(TransportScan scan, HeaderSection headers, String body) {
        scan.headers(headers);
        byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
        scan.body(octets, 0, octets.length);
        return scan.finish();
    }

    @Test
    void anOrdinaryMessageHasNoHazards() {
        assertThat(scan(ORDINARY, "Hello,\r\n\r\n\t7-bit text.\r\n")).isEmpty();
        assertThat(scan(ORDINARY, "")).isEmpty();
    }

    @Test
    void aLineOf998OctetsIsAllowedAndOneMoreIsNot() {
        assertThat(scan(ORDINARY, "x".repeat(998) + "\r\n" + "x".repeat(998))).isEmpty();
        assertThat(scan(ORDINARY, "x".repeat(999) + "\r\n")).containsExactly(TransportHazard.LONG_LINE);
        assertThat(scan(ORDINARY, "short\r\n" + "x".repeat(999))).containsExactly(TransportHazard.LONG_LINE);
    }

    @Test
    void aLongHeaderLineCountsButALongFoldedFieldDoesNot() {
        String name = "X-List: ";
        String tokens = "x".repeat(900);
        assertThat(scan(section("From: a@b", "Date: x", "Message-ID: y", name + tokens + "\r\n " + tokens), "\r\n"))
                .isEmpty();
        assertThat(scan(section("From: a@b", "Date: x", "Message-ID: y", name + "x".repeat(991)), ""))
                .containsExactly(TransportHazard.LONG_LINE);
    }

    static List<String> bareCarriageReturns() {
        return List.of("a\rb\r\n", "a\r\r\n", "a\r", "\r", "12345678\r12345678\r\n");
    }

    @ParameterizedTest
    @MethodSource("bareCarriageReturns")
    void aBareCarriageReturnIsFound(String body) {
        assertThat(scan(ORDINARY, body)).containsExactly(TransportHazard.BARE_CR);
    }

    static List<String> bareLineFeeds() {
        return List.of("a\nb\r\n", "\n", "a\r\n\n", "12345678\n12345678\r\n");
    }

    @ParameterizedTest
    @MethodSource("bareLineFeeds")
    void aBareLineFeedIsFound(String body) {
        assertThat(scan(ORDINARY, body)).containsExactly(TransportHazard.BARE_LF);
    }

    @Test
    void anEightBitBodyIsAHazardOnlyWithoutEightBitMime() {
        assertThat(scan(new TransportScan(false), ORDINARY, "gr\u00fcn\r\n"))
                .containsExactly(TransportHazard.EIGHT_BIT_BODY);
        assertThat(scan(new TransportScan(true), ORDINARY, "gr\u00fcn\r\n")).isEmpty();
    }

    @Test
    void anEightBitHeaderFieldIsAlwaysAHazard() {
        HeaderSection headers = section("From: a@b", "Date: x", "Message-ID: y", "Subject: gr\u00fcn");
        assertThat(scan(new TransportScan(true), headers, "")).containsExactly(TransportHazard.EIGHT_BIT_HEADER);
    }

    @Test
    void aBareCarriageReturnInAHeaderFieldIsFound() {
        assertThat(scan(section("From: a@b", "Date: x", "Message-ID: y", "Subject: a\rb"), ""))
                .containsExactly(TransportHazard.BARE_CR);
    }

    @Test
    void missingFieldsThatMailServersAddAreFound() {
        assertThat(scan(section("Subject: hello"), "\r\n"))
                .containsExactly(
                        TransportHazard.MISSING_FROM, TransportHazard.MISSING_DATE, TransportHazard.MISSING_MESSAGE_ID);
        assertThat(scan(section("FROM: a@b", "date : x", "message-id: y"), "\r\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TransportHazard.class)
    void eachHazardHasAnExplanationInPrintableAscii(TransportHazard hazard) {
        assertThat(hazard.keyword()).matches("[a-z]+(-[a-z]+)+");
        assertThat(hazard.explanation().replace('\u00a7', 'S')).matches("[ -~]{40,300}");
    }
}
