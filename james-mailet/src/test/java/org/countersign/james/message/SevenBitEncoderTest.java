package org.countersign.james.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Which parts are re-encoded, and how. */
class SevenBitEncoderTest {
    private static String recoded(String... lines) throws IOException {
        byte[] message = String.join("\r\n", lines).getBytes(ISO_8859_1);
        SevenBitEncoder form = SevenBitEncoder.plan(new ByteArrayInputStream(message));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        form.write(new ByteArrayInputStream(message), out);
        assertThat(form.changesAnything()).isEqualTo(!out.toString(ISO_8859_1).equals(String.join("\r\n", lines)));
        return out.toString(ISO_8859_1);
    }

    private static String joined(String... lines) {
        return String.join("\r\n", lines);
    }

    @Test
    void sevenBitMailIsNotChanged() throws IOException {
        String message =
                joined("Subject: x", "Content-Type: multipart/mixed; boundary=a", "", "--a", "", "text", "--a--", "");
        assertThat(recoded(message)).isEqualTo(message);
    }

    @Test
    void onlyEightBitPartsChange() throws IOException {
        assertThat(recoded(
                        "Content-Type: multipart/mixed; boundary=\"a b\"",
                        "Content-Transfer-Encoding: 8bit",
                        "",
                        "preamble",
                        "--a b",
                        "Content-Type: text/plain; charset=utf-8",
                        "Content-Transfer-Encoding: 8bit",
                        "X-Kept: here",
                        "",
                        "caf\u00E9",
                        "",
                        "--a b",
                        "Content-Type: image/png",
                        "Content-Transfer-Encoding: base64",
                        "",
                        "AAAA",
                        "--a b",
                        "",
                        "\u00FC without a header",
                        "--a b--",
                        "epilogue"))
                .isEqualTo(joined(
                        "Content-Type: multipart/mixed; boundary=\"a b\"",
                        "Content-Transfer-Encoding: 7bit",
                        "",
                        "preamble",
                        "--a b",
                        "Content-Type: text/plain; charset=utf-8",
                        "Content-Transfer-Encoding: quoted-printable",
                        "X-Kept: here",
                        "",
                        "caf=E9",
                        "",
                        "--a b",
                        "Content-Type: image/png",
                        "Content-Transfer-Encoding: base64",
                        "",
                        "AAAA",
                        "--a b",
                        "Content-Transfer-Encoding: quoted-printable",
                        "",
                        "=FC without a header",
                        "--a b--",
                        "epilogue"));
    }

    @Test
    void theEightBitPartsOfAForwardedMessageAreReEncoded() throws IOException {
        assertThat(recoded(
                        "Content-Type: message/rfc822",
                        "Content-Transfer-Encoding: 8bit",
                        "",
                        "Subject: inner",
                        "",
                        "caf\u00E9",
                        ""))
                .isEqualTo(joined(
                        "Content-Type: message/rfc822",
                        "Content-Transfer-Encoding: 7bit",
                        "",
                        "Subject: inner",
                        "Content-Transfer-Encoding: quoted-printable",
                        "",
                        "caf=E9",
                        ""));
    }

    @Test
    void signedPartsAreNotChangedAndNotLabelledSevenBit() throws IOException {
        String message = joined(
                "Content-Type: multipart/mixed; boundary=o",
                "Content-Transfer-Encoding: 8bit",
                "",
                "--o",
                "Content-Type: multipart/signed; boundary=i; protocol=\"application/pgp-signature\"",
                "Content-Transfer-Encoding: 8bit",
                "",
                "--i",
                "Content-Transfer-Encoding: 8bit",
                "",
                "caf\u00E9",
                "--i--",
                "--o--",
                "");
        assertThat(recoded(message)).isEqualTo(message);
    }

    @Test
    void sevenBitContentLabelledEightBitIsRelabelled() throws IOException {
        assertThat(recoded("Content-Transfer-Encoding: 8BIT (not really)", "", "plain"))
                .isEqualTo(joined("Content-Transfer-Encoding: 7bit", "", "plain"));
    }

    @Test
    void aPartWithoutAReadableTypeIsText() throws IOException {
        assertThat(recoded("Content-Type: nonsense", "Content-Transfer-Encoding: 8bit", "", "caf\u00E9"))
                .isEqualTo(
                        joined("Content-Type: nonsense", "Content-Transfer-Encoding: quoted-printable", "", "caf=E9"));
    }

    @Test
    void otherContentBecomesBase64InLinesOf76() throws IOException {
        String octets = "\u00FF".repeat(100);
        assertThat(recoded("Content-Type: image/png", "", octets, ""))
                .isEqualTo(joined(
                        "Content-Type: image/png",
                        "Content-Transfer-Encoding: base64",
                        "",
                        Base64.getMimeEncoder().encodeToString(octets.getBytes(ISO_8859_1)),
                        ""));
    }

    @Test
    void anOuterDelimiterEndsUnclosedInnerParts() throws IOException {
        assertThat(recoded(
                        "Content-Type: multipart/mixed; boundary=o",
                        "",
                        "--o",
                        "Content-Type: multipart/alternative; boundary=i",
                        "",
                        "--i",
                        "",
                        "caf\u00E9",
                        "--o",
                        "",
                        "plain",
                        "--o--"))
                .contains("\r\n\r\ncaf=E9\r\n--o\r\n\r\nplain\r\n--o--");
    }
}
