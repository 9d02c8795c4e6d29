package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports in base64 that is not as RFC 2045 has it. */
class TransferEncodingTest {
    @TempDir
    private Path temp;

    /** Messages whose gzip files have lengths that need no padding, one and two characters of it. */
    private static List<byte[]> reports() {
        return IntStream.range(0, 12)
                .mapToObj(i -> ReportMail.gzip(ReportMail.octets(ReportMail.xml("r".repeat(i + 1), "example.org", 3))))
                .toList();
    }

    private long stored(byte[]... messages) throws Exception {
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            for (byte[] message : messages) {
                assertThat(fixture.mail(message))
                        .as("%s", new String(message, StandardCharsets.ISO_8859_1))
                        .hasOnlyElementsOfType(Outcome.Stored.class);
            }
            return fixture.number("SELECT sum(messages) FROM received_row");
        }
    }

    private static byte[] message(String contentFields, String body) {
        return new ReportMail()
                .results("mx.example.org", "pass", "receiver.example")
                .whole(contentFields, body);
    }

    @Test
    void thePaddingMayBeMissing() throws Exception {
        byte[][] messages = reports().stream()
                .map(report -> message(
                        "Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64",
                        Base64.getMimeEncoder().withoutPadding().encodeToString(report)))
                .toArray(byte[][]::new);
        assertThat(reports().stream().map(report -> report.length % 3)).contains(0, 1, 2);
        assertThat(stored(messages)).isEqualTo(3L * messages.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type: application/gzip",
                "Content-Type: application/gzip; Content-Transfer-Encoding: base64 (of course)",
                "Content-Type: text/plain; Content-Transfer-Encoding: base64",
                "Content-Type: text/plain",
                "Content-Type: ; Content-Transfer-Encoding: base64",
                "X-Nothing: here; Content-Transfer-Encoding: base64"
            })
    void whatIsABase64OfAGzipFileIsRead(String fields) throws Exception {
        byte[] report = reports().getFirst();
        String body = Base64.getMimeEncoder().encodeToString(report);
        assertThat(stored(message(fields.replace("; Content-", "\r\nContent-"), body)))
                .isEqualTo(3);
    }

    @Test
    void octetsThatAreNoBase64ArePassedOver() throws Exception {
        String text = Base64.getMimeEncoder().encodeToString(reports().get(3));
        String noise =
                text.replaceFirst("\r\n", "\r\n !-_\u00e4.\r\n") + "\r\n-- \r\nThis list is run by volunteers\r\n";
        assertThat(stored(message(
                        "Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64",
                        text.endsWith("=") ? noise : text)))
                .isEqualTo(3);
    }

    @Test
    void aTextThatIsNoReportStaysAText() throws Exception {
        try (ReceiveFixture fixture = new ReceiveFixture(temp)) {
            assertThat(fixture.mail(message("Content-Type: text/plain", "H4 is a heading")))
                    .singleElement()
                    .extracting(Outcome::describe)
                    .asString()
                    .contains("no report in the message");
        }
    }
}
