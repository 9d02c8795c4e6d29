package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of dkimpy-milter. What the program does with each was found by sending mail through dkimpy-milter 1.2.3. */
class DkimpyImportTest {
    private static final String SINGLE = "Domain a.example\nSelector s\nKeyFile /keys/r\n";
    private static final String TABLES = "KeyTable /kt\nSigningTable /st\n";
    private static final String KEYS = "ka a.example:sa:/keys/r\nkb b.example:sb:/keys/r\n";

    @TempDir
    Path directory;

    @BeforeEach
    void makeKeys() throws IOException {
        write("keys/r", TestKeys.RSA_PEM);
        byte[] der = Base64.getDecoder().decode(TestPem.BASE64);
        byte[] seed = Arrays.copyOfRange(der, der.length - 32, der.length);
        write("keys/e", Base64.getEncoder().encodeToString(seed) + "\n");
        write("keys/p", "-----BEGIN PRIVATE KEY-----\n" + TestPem.BASE64 + "\n-----END PRIVATE KEY-----\n");
        write("kt", KEYS);
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private ImportResult read(String text, boolean asMeant) throws IOException, FileFailure {
        write("etc/dkimpy-milter/dkimpy-milter.conf", text);
        ImportRequest request = new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), asMeant, true);
        ImportResult result =
                Importer.opendkim(Path.of("/etc/dkimpy-milter/dkimpy-milter.conf"), Optional.empty(), request);
        assertThat(ConfigurationParser.parse("x.yaml", Octets.utf8(result.policy()), FrontEnd.NONE))
                .describedAs(result.policy())
                .isInstanceOf(ParsedConfiguration.Valid.class);
        return result;
    }

    private static List<String> said(ImportResult result) {
        return result.findings().stream()
                .map(finding -> finding.kind() + " " + finding.said())
                .toList();
    }

    /** The domains and selectors of the keys that sign, in their order. */
    private static String keys(ImportResult result) {
        List<String> keys = new ArrayList<>();
        result.keys().forEach(key -> keys.add(key.sdid() + "/" + key.selector()));
        return String.join(" ", keys);
    }

    @Test
    void itsDefaultsAreWrittenOut() throws Exception {
        ImportResult result = read(SINGLE, false);
        assertThat(keys(result)).isEqualTo("a.example/s");
        assertThat(result.policy()).contains("canonicalization: relaxed/simple");
        assertThat(result.steps()).contains("After the trial these services can be stopped: dkimpy-milter.");
    }

    @Test
    void thatItSignsForEverybodyIsSaid() throws Exception {
        assertThat(read(SINGLE, false).findings())
                .anyMatch(finding -> finding.kind() == FindingClass.CHANGED
                        && finding.explanation().startsWith("dkimpy-milter signed mail of every client"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
        Canonicalization relaxed ; DEFAULT Canonicalization relaxed
        Canonicalization simple ; KEPT Canonicalization simple
        MacroList daemon_name|ORIGINATING ; KEPT MacroList daemon_name|ORIGINATING
        MacroList auth_authen ; DEFAULT MacroList auth_authen
        MacroList i ; LOST MacroList i
        Mode v ; KEPT Mode v
        Mode s ; CHANGED Mode s
        Mode sv ; DEFAULT Mode sv
        MinimumKeyBits 2048 ; KEPT MinimumKeyBits 2048
        OversignHeaders From ; DEAD OversignHeaders
        AutoRestart ; DEAD AutoRestart
        subdomains yes ; DEAD subdomains
        SubDomains ; DEAD SubDomains
        Domain=b.example ; DEAD Domain=b.example
        SelectorEd25519 e ; DEAD SelectorEd25519 e
        KeyFileEd25519 /keys/e ; DANGER KeyFileEd25519 /keys/e
        KeyFile /keys/none ; DANGER KeyFile /keys/none
        KeyTable /kt ; DEAD KeyTable /kt
        SigningTable /st ; DANGER SigningTable /st
        """)
    void aLineIsReadAsTheProgramReadsIt(String line, String said) throws Exception {
        assertThat(said(read(SINGLE + line + "\n", false))).contains(said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a.example, b.example   | a.example/s b.example/s | ''
        a.example b.example    | a.example/s b.example/s | ''
        csl:a.example          | a.example/s             | ''
        A.Example              | ''                      | DEAD A.Example
        *.example              | ''                      | DEAD *.example
        refile:/domains        | a.example/s             | DEAD b.example
        """)
    void domainsAreComparedLetterByLetter(String domains, String keys, String dead) throws Exception {
        write("domains", "# ours\na.example\nb.example # theirs\n\n");
        ImportResult result = read(SINGLE.replace("a.example", domains), false);
        assertThat(keys(result)).isEqualTo(keys);
        assertThat(String.join(
                        " ",
                        said(result).stream()
                                .filter(said -> said.startsWith("DEAD"))
                                .toList()))
                .isEqualTo(dead);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        *@a.example ka          | domain: a.example                | ''
        u@a.example ka          | author: [u@a.example]            | ''
        *.a.example ka          | author: [*.a.example]            | ''
        v*@a.example ka         | domain: a.example                | CHANGED v*@a.example
        % ka                    | author: [*], keys: [a.example]   | ''
        *@A.example ka          | domain: a.example                | CHANGED *@A.example
        * ka                    | ''                               | DEAD *
        a.example ka            | ''                               | DEAD a.example
        *@*.a.example ka        | ''                               | DEAD *@*.a.example
        *@a.example ka # ours   | ''                               | DEAD *@a.example
        *@a.example none        | ''                               | DANGER *@a.example
        """)
    void aLineOfTheSigningTableMatchesAsInTheProgram(String line, String signed, String said) throws Exception {
        write("st", line + "\n");
        ImportResult result = read(TABLES, false);
        assertThat(keys(result)).isEqualTo(signed.isEmpty() ? "" : "a.example/sa");
        assertThat(result.policy().replace("\"", "")).contains(signed);
        if (!said.isEmpty()) {
            assertThat(said(result)).contains(said);
        }
    }

    @Test
    void ofTwoLinesForOneAuthorTheLastCounts() throws Exception {
        write("st", "*@a.example ka\n*@a.example kb\n");
        assertThat(keys(read(TABLES, false))).isEqualTo("b.example/sb");
    }

    @Test
    void theKeysOfBothTablesSign() throws Exception {
        write("kte", "ka a.example:ea:/keys/e\n");
        write("st", "*@a.example ka\n*@b.example kb\n");
        ImportResult result = read(TABLES + "KeyTableEd25519 /kte\n", false);
        assertThat(keys(result)).isEqualTo("a.example/sa a.example/ea");
        assertThat(result.findings())
                .anyMatch(finding -> finding.kind() == FindingClass.DANGER
                        && finding.said().equals("*@b.example")
                        && finding.explanation().startsWith("KeyTableEd25519 has no line kb."));
    }

    @Test
    void anEd25519KeyInPemDidNotSign() throws Exception {
        ImportResult result = read("Domain a.example\nSelectorEd25519 e\nKeyFileEd25519 /keys/p\n", false);
        assertThat(keys(result)).isEqualTo("a.example/e");
        assertThat(result.findings())
                .anyMatch(finding -> finding.explanation().startsWith("dkimpy-milter reads no Ed25519 key in PEM"));
        assertThat(read("Domain a.example\nSelectorEd25519 e\nKeyFileEd25519 /keys/e\n", false)
                        .findings())
                .noneMatch(finding -> finding.explanation().contains("in PEM"));
    }

    @Test
    void internalHostsAreNetworks() throws Exception {
        ImportResult result =
                read(SINGLE + "InternalHosts 10.1.1.1/8, !10.9.0.0/16, mail.example, [192.0.2.1]\n", false);
        assertThat(result.policy())
                .contains("192.0.2.1")
                .contains("10.0.0.0/13")
                .doesNotContain("10.0.0.0/8");
        assertThat(said(result)).contains("LOST mail.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        SubDomains maybe                | neither yes nor no
        DNSTimeout soon                 | no whole number
        UMask 0x7                       | no whole number
        Canonicalization Relaxed/Simple | in lower case
        """)
    void aLineWithWhichItDoesNotRunIsRefused(String line, String why) {
        assertThatThrownBy(() -> read(SINGLE + line + "\n", false))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining("/etc/dkimpy-milter/dkimpy-milter.conf:4: ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        KeyTable csl:k=a.example:s:/keys/r | in a file
        KeyTable /relative                 | begins with / or ./
        """)
    void aTableWithWhichItDoesNotRunIsRefused(String line, String why) throws Exception {
        write("relative", "ka a.example:sa:keys/r\n");
        write("st", "*@a.example ka\n");
        assertThatThrownBy(() -> read(line + "\nSigningTable /st\n", false))
                .isInstanceOf(FileFailure.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFileOfAnotherNameIsKnownByItsDirectives() throws Exception {
        write("etc/milter.conf", "Domain a.example\nSelectorEd25519 e\nKeyFileEd25519 /keys/e\n");
        ImportRequest request = new ImportRequest(
                Optional.of(directory), Map.of(), Optional.empty(), Optional.empty(), name -> List.of(), false, true);
        ImportResult result = Importer.opendkim(Path.of("/etc/milter.conf"), Optional.empty(), request);
        assertThat(keys(result)).isEqualTo("a.example/e");
    }
}
