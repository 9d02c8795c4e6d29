package org.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.countersign.explain.TextStyle;
import org.countersign.testing.DocumentedKeys;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

/**
 * What {@code doctor} writes about a domain with several mistakes, whole. Run with {@code -Dgolden.apply=true} to take over
 * what is written now, and read the difference.
 */
class DoctorGoldenTest {
    private static final Path ROOT =
            Path.of(Optional.ofNullable(System.getProperty("countersign.root")).orElse("../.."));
    private static final Path GOLDEN = ROOT.resolve("engine/tools/src/test/resources/org/countersign/doctor");
    private static final String BEGIN = "<!-- findings -->\n";
    private static final String END = "<!-- end of findings -->\n";

    private static Examination examination() {
        TestZone zone = ExampleDomain.clean();
        List.of(
                        "- example.org TXT",
                        "example.org TXT v=spf1 include:_spf.provider.net a:gone.example.org mx ip4:44.128.1.10 ~all",
                        "_spf.provider.net TXT v=spf1 include:b.provider.net -all",
                        "b.provider.net TXT v=spf1 mx:provider.net ip4:44.128.1.0/24 -all",
                        "- s1._domainkey.example.org TXT",
                        "s1._domainkey.example.org TXT " + TestKeys.RFC_8463_RSA.publicKeyRecord(),
                        "- _dmarc.example.org TXT",
                        "_dmarc.example.org TXT v=DMARC1; p=quarentine; rua=mailto:dmarc@provider.net",
                        "- _mta-sts.example.org TXT",
                        "!differs _dmarc.example.org")
                .forEach(zone::change);
        zone.apply(new DnsChange("_spf.provider.net", "TXT", List.of("v=spf1 ip4:44.128.2.0/24 -all"), List.of()));
        return ExampleDomain.examine(zone, ExampleDomain.REQUEST);
    }

    private static void compare(String name, String written) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.apply")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, written);
        }
        assertThat(written).isEqualTo(Files.readString(file));
    }

    @Test
    void theTextHasTheTreesTheFindingsAndTheLinesToPublish() throws IOException {
        compare("mistakes-piped.txt", Outputs.text(examination(), Outputs.PIPED));
        compare("mistakes-80.txt", Outputs.text(examination(), Outputs.TERMINAL));
        compare(
                "clean-80.txt",
                Outputs.text(ExampleDomain.examine(ExampleDomain.clean(), ExampleDomain.REQUEST), Outputs.TERMINAL));
    }

    @Test
    void coloursChangeNoWord() {
        String coloured = Outputs.text(examination(), new TextStyle(true, true, 80));
        assertThat(coloured).contains("\u001b[31merror\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]*m", ""))
                .isEqualTo(Outputs.text(examination(), Outputs.TERMINAL));
    }

    @Test
    void theJsonAndTheLinesToPublishAreStable() throws IOException {
        compare("mistakes.json", Outputs.json(examination()));
        for (DoctorText.ChangeForm form : DoctorText.ChangeForm.values()) {
            compare("mistakes-" + form.name().toLowerCase(Locale.ROOT) + ".txt", Outputs.changes(examination(), form));
        }
    }

    @Test
    void theDocumentNamesEachFindingOnceAndEveryMemberOfTheJson() throws IOException {
        Path file = ROOT.resolve("docs/doctor.md");
        String text = Files.readString(file);
        String table = "| finding | severity | appears for | clause |\n|---|---|---|---|\n"
                + Arrays.stream(FindingId.values())
                        .map(id -> "| `" + id.keyword() + "` | "
                                + id.severity().name().toLowerCase(Locale.ROOT) + " | " + id.condition() + " | "
                                + id.clause() + " |\n")
                        .collect(Collectors.joining());
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        if (Boolean.getBoolean("golden.apply")) {
            text = text.substring(0, from) + table + text.substring(to);
            Files.writeString(file, text);
            to = text.indexOf(END);
        }
        assertThat(text.substring(from, to)).isEqualTo(table);
        TreeSet<String> members = new TreeSet<>();
        for (String part : List.of(Outputs.json(examination()).split("\"", -1))) {
            if (part.matches("[a-z-]+")) {
                members.add(part);
            }
        }
        assertThat(members).containsAll(DocumentedKeys.of("docs/doctor.md"));
        for (String member : List.of(
                "schema",
                "domain",
                "worst",
                "findings",
                "id",
                "severity",
                "name",
                "published",
                "sentence",
                "clause",
                "changes",
                "remove",
                "publish",
                "spf",
                "terms",
                "lookups",
                "voids",
                "leads-to",
                "senders",
                "older-policies",
                "dkim",
                "dmarc",
                "walk",
                "policies",
                "organizational-domain",
                "servers",
                "answers",
                "serial",
                "udp",
                "tcp")) {
            assertThat(members).contains(member);
            assertThat(text).contains("`" + member + "`");
        }
    }
}
