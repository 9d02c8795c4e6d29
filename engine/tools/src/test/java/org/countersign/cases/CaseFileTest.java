package org.countersign.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.junit.jupiter.api.Test;

class CaseFileTest {
    private static final SupportCase CASE = new SupportCase(
            Octets.utf8("From: \u00e4@b.example\r\n\r\n"),
            List.of("client=192.0.2.1", "helo=x"),
            ";!nxdomain a.example.\n",
            "mode: enforce\n",
            "domains\t1\n",
            "countersign 1.0",
            Octets.utf8("{\"verdict\":\"reject\"}"));

    private static byte[] written(SupportCase support) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaseFile.write(support, out);
        return out.toByteArray();
    }

    private static Parsed<SupportCase, String> read(byte[] zip) throws IOException {
        return CaseFile.read(new ByteArrayInputStream(zip));
    }

    private static byte[] zip(String name, int size, int entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            byte[] block = new byte[1024 * 1024];
            for (int i = 0; i < entries; i++) {
                zip.putNextEntry(new ZipEntry(name + i));
                for (int written = 0; written < size; written += block.length) {
                    zip.write(block);
                }
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    @Test
    void aCaseThatIsWrittenAndReadIsTheSameAndHasTheSameOctetsEachTime() throws IOException {
        assertThat(read(written(CASE))).isEqualTo(new Parsed.Value<>(CASE));
        assertThat(written(CASE)).isEqualTo(written(CASE));
    }

    /** As an older version wrote it. */
    @Test
    void aCaseWithoutKeysIsOneOfInboundMail() throws IOException {
        SupportCase inbound = new SupportCase(
                CASE.message(), CASE.envelope(), CASE.snapshot(), CASE.policy(), "", CASE.version(), CASE.verdict());
        assertThat(new String(written(inbound), StandardCharsets.ISO_8859_1)).doesNotContain("signing.txt");
        assertThat(read(written(inbound))).isEqualTo(new Parsed.Value<>(inbound));
    }

    @Test
    void aFileThatIsNoCaseIsRefusedWithTheReason() throws IOException {
        assertThat(read("not a zip".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(new Parsed.Malformed<>("is no case: it has no version.txt"));
        assertThat(read(zip("../../etc/passwd", 0, 2)))
                .isEqualTo(new Parsed.Malformed<>("is no case: it has no version.txt"));
    }

    @Test
    void aSmallFileCannotBecomeALargeOne() throws IOException {
        byte[] bomb = zip("message", 65 * 1024 * 1024, 1);
        assertThat(bomb.length).isLessThan(100_000);
        assertThat(read(bomb)).isEqualTo(new Parsed.Malformed<>("has an entry that is too large for a case"));
        assertThat(read(zip("x", 0, 21))).isEqualTo(new Parsed.Malformed<>("has more than 20 entries, and is no case"));
    }

    @Test
    void theExcerptOfAPolicyHasNoSectionThatMayHaveASecret() {
        assertThat(PolicyExcerpt.of("""
                # ours
                mode: enforce
                store: { url: "jdbc:postgresql://u:secret@db/x" }
                signing:
                  keys:
                  - { domain: a.example, selector: s, key-file: /etc/keys/s.pem, passphrase-file: /etc/keys/word }
                rules:
                - name: first
                  when: { from: a@b.example }

                  then: accept
                "http":
                  listen: 127.0.0.1:80
                dmarc: { on-reject: quarantine }
                unknown: secret
                """)).isEqualTo("""

                mode: enforce

                signing:
                  keys:
                  - { domain: a.example, selector: s, key-file: /etc/keys/s.pem, passphrase-file: omitted}
                rules:
                - name: first
                  when: { from: a@b.example }

                  then: accept


                dmarc: { on-reject: quarantine }

                """);
    }
}
