package org.countersign.reports.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives of formats that are not opened. */
class OtherArchiveTest {
    private static final String TO_DO = "), and give what was in it to countersign reports receive";

    @TempDir
    private Path temp;

    private ReceiveFixture fixture;

    @BeforeEach
    void open() {
        fixture = new ReceiveFixture(temp);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static byte[] octets(String begin) {
        return Arrays.copyOf(begin.getBytes(StandardCharsets.ISO_8859_1), 600);
    }

    /** An archive as tar writes it, as far as it matters. */
    private static byte[] tar() {
        byte[] archive = octets("r.xml");
        System.arraycopy(octets("ustar"), 0, archive, 257, 5);
        return archive;
    }

    private static ReportMail mail() {
        return new ReportMail().results("mx.example.org", "pass", "receiver.example");
    }

    private String only(List<Outcome> outcomes) {
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst().describe();
    }

    private String file(String name, byte[] content) throws Exception {
        try (ReportReceiver receiver = fixture.receiver()) {
            return only(receiver.file(name, content, List.of()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        `BZh91AY&SY`                   | a bzip2 file       | bunzip2 FILE
        `\u00fd7zXZ\\0`                | an xz file         | unxz FILE
        `(\u00b5/\u00fd`               | a zstd file        | unzstd FILE
        `\u001f\u009d`                 | a file of compress | uncompress FILE
        `7z\u00bc\u00af'\u001c`        | a 7z archive       | 7z x FILE
        `Rar!\u001a\u0007`             | a RAR archive      | unrar x FILE
        `MSCF\\0\\0\\0\\0`             | a cabinet file     | cabextract FILE
        """)
    void isNamedByItsFirstOctetsWhateverItIsCalled(String begin, String title, String command) throws Exception {
        byte[] content = octets(begin.replace("\\0", "\0"));
        String expected = title + ", which is not opened: unpack it (" + command + TO_DO;
        assertThat(file("r.xml", content)).isEqualTo(expected);
        assertThat(only(fixture.mail(
                        mail().attach("application/pdf", "a.pdf", content).octets())))
                .isEqualTo(expected);
    }

    @Test
    void aTarArchiveIsNamedWithinGzipToo() throws Exception {
        String expected = "a tar archive, which is not opened: unpack it (tar xf FILE" + TO_DO;
        assertThat(file("reports.tar", tar())).isEqualTo(expected);
        assertThat(file("reports.tgz", ReportMail.gzip(tar()))).isEqualTo(expected);
        assertThat(only(fixture.mail(mail().attach("application/gzip", "r.tar.gz", ReportMail.gzip(tar()))
                        .octets())))
                .isEqualTo(expected);
    }

    @Test
    void aTextThatOnlyBeginsInTheSameWayIsNone() throws Exception {
        assertThat(file("r.xml", ReportMail.octets("BZh, 7z, Rar! and ustar"))).doesNotContain("not opened");
    }
}
