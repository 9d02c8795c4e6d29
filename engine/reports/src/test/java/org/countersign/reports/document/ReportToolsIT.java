package org.countersign.reports.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Independent programs take the reports that are written here: the validator of libxml2, and a reader of reports. */
class ReportToolsIT {
    private static final Path XMLLINT = Path.of("/usr/bin/xmllint");
    private static final Path DMARC_CAT = Path.of("/usr/bin/dmarc-cat");

    private static byte[] report() {
        return WrittenReports.write(
                WrittenReports.metadata(
                        "Receiver <&> \"GmbH\" \uD83D\uDCE7 ]]> \u0007", "sp has a value that is not allowed"),
                WrittenReports.policy(),
                List.of(
                        WrittenReports.row(
                                "2001:db8::25",
                                1234,
                                List.of(
                                        new DkimAuthResult("esp.example", "s<1>", DkimResultType.FAIL, "a & b"),
                                        new DkimAuthResult("news.example.org", "s2", DkimResultType.PASS, ""))),
                        WrittenReports.row("192.0.2.1", 7, List.of())));
    }

    @Test
    void theValidatorOfLibxml2AcceptsAReport(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(XMLLINT), "no xmllint (libxml2-utils)");
        Path file = Files.write(folder.resolve("report.xml"), report());

        String output = run(
                folder,
                XMLLINT.toString(),
                "--noout",
                "--nonet",
                "--schema",
                Path.of(ReportSchemaValidator.url().toURI()).toString(),
                file.toString());

        assertThat(output).isEqualTo(file + " validates\n");
    }

    @Test
    void anotherReaderFindsTheRowsOfTheAttachment(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(DMARC_CAT), "no dmarc-cat");
        ReportIdentity identity = new ReportIdentity(
                DomainName.of("receiver.example"),
                DomainName.of("example.org"),
                WrittenReports.DAY,
                ReportId.parse("4r2s8").orElseThrow());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(report());
        }
        Path file = Files.write(folder.resolve(identity.filename()), packed.toByteArray());

        // The program writes local time.
        String output = run(folder, "env", "TZ=UTC", DMARC_CAT.toString(), "-N", file.toString());

        assertThat(output)
                .contains("From 2026-09-23 00:00:00 +0000 UTC to 2026-09-23 23:59:59 +0000 UTC")
                .contains("Domain: example.org")
                .contains("Policy: p=reject; dkim=s; spf=r")
                .contains("Reports(2):")
                .containsPattern("2001:db8::25 +1234 +news.example.org")
                .containsPattern("192.0.2.1 +7 +news.example.org");
    }

    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
