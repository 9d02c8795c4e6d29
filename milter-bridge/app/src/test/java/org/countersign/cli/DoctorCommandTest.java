package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.RecordType;
import org.countersign.dns.StaticZone;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, whose resolver is a server of the test. */
class DoctorCommandTest {
    @TempDir
    private Path temp;

    private static StaticZone.Builder zone(String spf) {
        return StaticZone.builder()
                .txt("example.org", spf)
                .mx("example.org", 10, "mail.example.org")
                .address("mail.example.org", "44.128.1.10")
                .address("mail.example.org", "2a00::10")
                .txt("s1._domainkey.example.org", TestKeys.RSA.publicKeyRecord())
                .txt("_dmarc.example.org", "v=DMARC1; p=reject; rua=mailto:dmarc@example.org");
    }

    private static CommandRun doctor(StaticZone.Builder zone, String... args) {
        try (ZoneServer server = ZoneServer.start(zone.build())) {
            List<String> all = new ArrayList<>(List.of(
                    "doctor",
                    "--no-servers",
                    "--dns",
                    "127.0.0.1:" + server.address().getPort()));
            all.addAll(List.of(args));
            return CommandRun.of(all.toArray(String[]::new));
        }
    }

    @Test
    void aDomainWithoutAnErrorEndsWithZero() {
        CommandRun run = doctor(zone("v=spf1 mx -all"), "example.org", "--selector", "s1");
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .startsWith("example.org\n  SPF    1 of 10 lookups, 0 of 2 void\n")
                .contains("s1: RSA, 2048 bits");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aWordThatIsNoDomainNameIsRefusedAsSuch() {
        CommandRun run = CommandRun.of("doctor", "example.org", "a..b");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err()).contains("\"a..b\" is not a domain name such as example.org");
    }

    @Test
    void anErrorEndsWithOneAndTellsTheLineToPublish() {
        CommandRun run = doctor(zone("v=spf1 mx +all"), "example.org", "--selector", "s1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("error    spf-plus-all  at example.org")
                .contains("publish  example.org. 3600 IN TXT \"v=spf1 mx -all\"");
        assertThat(doctor(zone("v=spf1 mx ?all"), "example.org", "--strict").status())
                .isEqualTo(1);
        assertThat(doctor(zone("v=spf1 mx ?all"), "example.org").status()).isZero();
    }

    @Test
    void linesToPublishAreWrittenInThreeForms() {
        StaticZone.Builder zone = zone("v=spf1 mx +all");
        assertThat(doctor(zone, "example.org", "--zone").out())
                .contains(
                        "\n; remove: example.org. IN TXT \"v=spf1 mx +all\"\nexample.org. 3600 IN TXT \"v=spf1 mx -all\"\n");
        assertThat(doctor(zone, "example.org", "--panel").out())
                .contains("\nset  TXT  name: example.org  value: v=spf1 mx -all\n");
        assertThat(doctor(zone, "example.org", "--nsupdate").out())
                .contains(
                        "update delete example.org. TXT \"v=spf1 mx +all\"\nupdate add example.org. 3600 TXT \"v=spf1 mx -all\"\n")
                .endsWith("send\n");
    }

    @Test
    void noAnswerOfTheDnsEndsWith75UnlessThereIsAnError() {
        StaticZone.Builder zone =
                zone("v=spf1 mx -all").failure("_dmarc.example.org", RecordType.TXT, DnsAnswer.Failure.SERVER_FAILURE);
        CommandRun run = doctor(zone, "example.org", "--selector", "s1");
        assertThat(run.status()).isEqualTo(75);
        assertThat(run.out()).contains("unknown  dns-unavailable  at _dmarc.example.org");
        assertThat(doctor(zone.txt("example.org", "v=spf1 -all"), "example.org").status())
                .isEqualTo(1);
    }

    @Test
    void aFileThatIsNotThereHasTheSameStatusAsInOtherCommands() throws IOException {
        String missing = temp.resolve("none.yaml").toString();
        CommandRun run = doctor(zone("v=spf1 mx -all"), "example.org", "--config", missing);
        assertThat(run.status()).isEqualTo(66);
        assertThat(run.err()).isEqualTo("countersign: " + missing + " does not exist: check the name\n");
        Path policy = Files.writeString(temp.resolve("mx.yaml"), """
            http:
              listen: 127.0.0.1:9891
              web: true
              token-file: none.token
            """);
        CommandRun page = CommandRun.of("reports", "open", "--config", policy.toString());
        assertThat(page.status()).as(page.err()).isEqualTo(66);
    }

    @Test
    void aCronJobHearsOfEachChangeOnce() throws IOException {
        Path state = temp.resolve("state.json");
        String[] args = {"example.org", "--selector", "s1", "--since", state.toString()};
        assertThat(doctor(zone("v=spf1 mx -all"), args).out()).startsWith("example.org: ");
        CommandRun silent = doctor(zone("v=spf1 mx -all"), args);
        assertThat(silent.out() + silent.err()).isEmpty();
        assertThat(silent.status()).isZero();
        CommandRun broken = doctor(zone("v=spf1 mx +all"), args);
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.out()).startsWith("example.org: 1 new, 0 gone\n").contains("spf-plus-all");
        assertThat(doctor(zone("v=spf1 mx +all"), args).out()).isEmpty();
        assertThat(doctor(zone("v=spf1 mx -all"), args).out())
                .startsWith("example.org: 0 new, 1 gone\n  gone  spf-plus-all");
        Files.writeString(state, "{}");
        CommandRun damaged = doctor(zone("v=spf1 mx -all"), args);
        assertThat(damaged.status()).isEqualTo(65);
        assertThat(damaged.err()).contains("remove it to begin again");
        CommandRun directory = doctor(zone("v=spf1 mx -all"), "example.org", "--since", temp.toString());
        assertThat(directory.status()).isEqualTo(66);
        assertThat(directory.err()).contains("countersign: " + temp + " is a directory: name a file in it\n");
    }

    @Test
    void aRecordedCaseGivesTheSameJsonAgain() throws IOException {
        Path snapshot = temp.resolve("case.txt");
        CommandRun recorded = doctor(
                zone("v=spf1 mx +all"), "example.org", "--selector", "s1", "--json", "--record", snapshot.toString());
        assertThat(recorded.json()).containsEntry("/schema", "1").containsEntry("/findings/0/id", "spf-plus-all");
        CommandRun replayed =
                CommandRun.of("doctor", "example.org", "--selector", "s1", "--json", "--replay", snapshot.toString());
        assertThat(replayed.out()).isEqualTo(recorded.out());
        assertThat(replayed.status()).isEqualTo(recorded.status());
        assertThat(replayed.err()).isEmpty();
    }

    @Test
    void severalDomainsAreATableOrALineOfJsonEach() {
        StaticZone.Builder zone = zone("v=spf1 mx -all").txt("example.net", "v=spf1 -all");
        CommandRun table = doctor(zone, "example.org", "example.net", "example.org");
        assertThat(table.out()).startsWith("DOMAIN").contains("\nexample.org ").contains("\nexample.net ");
        assertThat(doctor(zone, "example.org", "example.net", "--json").out().lines())
                .hasSize(2);
    }

    @Test
    void selectorsAreTakenFromSignedMailAndFromTheConfiguration() throws IOException {
        Path mail = temp.resolve("mail.eml");
        Files.writeString(
                mail, "DKIM-Signature: v=1; a=rsa-sha256;\r\n d=example.org; s=s1; b=x\r\nFrom: a@example.org\r\n\r\n");
        CommandRun run = doctor(zone("v=spf1 mx -all"), "example.org", "--from-mail", mail.toString());
        assertThat(run.out()).contains("s1: RSA, 2048 bits");
        Path key = temp.resolve("s1.pem");
        Files.writeString(key, TestKeys.RSA_PEM, StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path policy = temp.resolve("policy.yaml");
        Files.writeString(policy, """
            authserv-id: mail.example.org
            protect: [example.org]
            signing:
              keys:
                - { domain: example.org, selector: s1, key-file: s1.pem }
            """);
        CommandRun own = doctor(zone("v=spf1 mx -all"), "--config", policy.toString());
        assertThat(own.out()).contains("example.org\n").contains("s1: RSA, 2048 bits");
        assertThat(own.status()).as(own.out() + own.err()).isZero();
    }

    @Test
    void onlyTheBeginningOfALargeMessageIsRead() throws IOException {
        Path mail = temp.resolve("mail.eml");
        Files.writeString(mail, "DKIM-Signature: v=1; d=example.org; s=s1; b=x\r\n\r\n");
        try (RandomAccessFile file = new RandomAccessFile(mail.toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        CommandRun run = doctor(zone("v=spf1 mx -all"), "example.org", "--from-mail", mail.toString());
        assertThat(run.out()).as(run.err()).contains("s1: RSA, 2048 bits");
    }

    @Test
    void aDomainIsNeeded() {
        CommandRun run = CommandRun.of("doctor");
        assertThat(run.status()).isEqualTo(64);
        assertThat(run.err()).contains("a domain is missing");
    }
}
