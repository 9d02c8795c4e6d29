package org.countersign.james.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeUtility;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Re-encoding loses nothing and is idempotent. */
class SevenBitEncoderProperties {
    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.of(List.of(
                        "\r\n",
                        "\r\n",
                        "caf\u00E9",
                        "\u0000",
                        " ",
                        "\t",
                        "=",
                        ".",
                        "word",
                        "y".repeat(90),
                        "\u00FF".repeat(4095)))
                .list()
                .ofMaxSize(20)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<String> messages() {
        return Arbitraries.of(
                        "\r\n",
                        "\r\n",
                        "\r\n",
                        "--a\r\n",
                        "--a--\r\n",
                        "Content-Type: multipart/mixed; boundary=a\r\n",
                        "Content-Type: message/rfc822\r\n",
                        "Content-Type: image/png\r\n",
                        "Content-Transfer-Encoding: 8bit\r\n",
                        "Content-Transfer-Encoding: binary\r\n",
                        "Subject: x\r\n",
                        "caf\u00E9",
                        "z".repeat(4096))
                .list()
                .ofMaxSize(30)
                .map(pieces -> String.join("", pieces));
    }

    private static String recoded(String message) throws IOException {
        byte[] octets = message.getBytes(ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SevenBitEncoder.plan(new ByteArrayInputStream(octets)).write(new ByteArrayInputStream(octets), out);
        return out.toString(ISO_8859_1);
    }

    @Property
    void quotedPrintableDecodesToTheOriginal(@ForAll("bodies") String body) throws Exception {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (QuotedPrintableOutput out = new QuotedPrintableOutput(encoded)) {
            out.write(body.getBytes(ISO_8859_1));
        }
        byte[] decoded = MimeUtility.decode(new ByteArrayInputStream(encoded.toByteArray()), "quoted-printable")
                .readAllBytes();

        assertThat(new String(decoded, ISO_8859_1)).isEqualTo(body);
        assertThat(encoded.toString(ISO_8859_1).lines()).allSatisfy(line -> {
            assertThat(line).hasSizeLessThanOrEqualTo(76).matches("[!-~ \t]*(?<![ \t])");
        });
    }

    @Property
    void reEncodedTextReadsAsBefore(@ForAll("bodies") String body) throws Exception {
        String header = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        assertThat(content(recoded(header + body))).isEqualTo(content(header + body));
    }

    private static String content(String message) throws MessagingException, IOException {
        MimeMessage parsed = new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(message.getBytes(ISO_8859_1)));
        return new String(parsed.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Property
    void reEncodingIsIdempotent(@ForAll("messages") String message) throws IOException {
        String once = recoded(message);
        assertThat(recoded(once)).isEqualTo(once);
    }

    @Property
    void sevenBitMessagesAreNotChanged(@ForAll("messages") String message) throws IOException {
        String plain = message.replace('\u00E9', 'e')
                .replace("Content-Transfer-Encoding: 8bit", "X-A: b")
                .replace("Content-Transfer-Encoding: binary", "X-A: b");
        assertThat(recoded(plain)).isEqualTo(plain);
    }
}
