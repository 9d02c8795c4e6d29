package org.countersign.service.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.FrontEnd;
import org.countersign.config.Section;
import org.countersign.config.ValueType;
import org.countersign.dns.StaticZone;
import org.countersign.service.ProcessIdentity;
import org.countersign.service.SystemClock;
import org.countersign.testing.ServerFault;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a check finds in the files of a policy, and in the DNS. */
@Timeout(240)
class PolicyCheckTest {
    private static final String RECORD = TestKeys.RSA.publicKeyRecord();

    private final Findings findings = new Findings();
    private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
    private final ZoneServer dns = ZoneServer.start(StaticZone.builder()
            .txt("example.org", "v=spf1 -all")
            .txt("good._domainkey.example.org", RECORD)
            .txt("other._domainkey.example.org", TestKeys.ED25519.publicKeyRecord())
            .txt("revoked._domainkey.example.org", "v=DKIM1; p=")
            .txt("testing._domainkey.example.org", RECORD + "; t=y")
            .build());

    @TempDir
    private Path temp;

    @BeforeEach
    void writeKeys() throws IOException {
        secret("rsa.pem", TestKeys.RSA_PEM);
        secret("ed.pem", TestKeys.RFC_8463_ED25519_PEM);
        secret("small.pem", TestKeys.RFC_8463_RSA_PEM);
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private void secret(String name, String text) throws IOException {
        Path file = Files.writeString(temp.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void check(String policy) throws Exception {
        check(policy, FrontEnd.NONE, ProcessIdentity.current(), false);
    }

    private void checkWithDns(String policy) throws Exception {
        String servers =
                "dns: { timeout: 10s, servers: [\"127.0.0.1:" + dns.address().getPort() + "\"] }\n";
        check(servers + policy, FrontEnd.NONE, ProcessIdentity.current(), true);
    }

    private void check(String policy, FrontEnd frontEnd, Optional<ProcessIdentity> reader, boolean dns)
            throws Exception {
        Path file = Files.writeString(temp.resolve("mx.yaml"), policy);
        PolicyCheck check = new PolicyCheck(new SystemClock(), findings);
        var inspected = check.files(file, frontEnd, reader);
        if (dns) {
            check.dns(inspected, (done, total) -> progress.add(done + "/" + total));
        }
    }

    @Test
    void manyKeysThatAreTooSmallAreCounted() throws Exception {
        StringBuilder policy = new StringBuilder("signing:\n  keys:\n");
        for (int number = 0; number < 30; number++) {
            policy.append(key("n" + number, "small.pem"));
        }
        check(policy.toString());
        assertThat(warnings())
                .hasSize(Findings.MAX_KEYS + 1)
                .last()
                .isEqualTo("signing: 10 more keys have the same problem");
    }

    private String key(String selector) {
        return key(selector, "rsa.pem");
    }

    private String key(String selector, String file) {
        return "    - { domain: example.org, selector: " + selector + ", key-file: " + file + " }\n";
    }

    private List<String> texts(Finding.Level level) {
        return findings.inOrder().stream()
                .filter(finding -> finding.level() == level)
                .map(finding -> finding.text().replace(temp.toString() + "/", ""))
                .toList();
    }

    private List<String> errors() {
        return texts(Finding.Level.ERROR);
    }

    private List<String> warnings() {
        return texts(Finding.Level.WARNING);
    }

    @Test
    void problemsOfAllFilesAreFoundTogether() throws Exception {
        Files.writeString(temp.resolve("keys.table"), "example.org example.org\n");
        check("mode: enforcee\n" + "inbound: { skip-networks: [0.0.0.0/0] }\n" + "signing:\n  table-file: keys.table\n"
                + "  keys:\n" + key("s1", "one.pem") + key("s2", "two.pem")
                + "examples:\n  - { name: forged, author: a@example.org, expect: reject }\n");
        assertThat(errors())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("mx.yaml:1: mode: expected monitor or enforce"),
                        line -> assertThat(line)
                                .startsWith("mx.yaml:9: examples[0]: the example forged: expected reject"),
                        line -> assertThat(line).startsWith("keys.table:1: has 2 of the four words"),
                        line -> assertThat(line)
                                .isEqualTo("mx.yaml:6: signing.keys[0].key-file: one.pem does not exist:"
                                        + " check the name"),
                        line -> assertThat(line).startsWith("mx.yaml:7: signing.keys[1].key-file: two.pem"));
        assertThat(warnings()).anyMatch(line -> line.startsWith("mx.yaml:2: inbound.skip-networks: 0.0.0.0/0"));
    }

    @Test
    void aBadLineOfTheTableHidesNoMissingKeyFile() throws Exception {
        Files.writeString(
                temp.resolve("keys.table"),
                "example.org example.org\nexample.net = s3 three.pem\nexample.com = good rsa.pem\n");
        check("mode: monitor\nsigning:\n  table-file: keys.table\n");
        assertThat(errors())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("keys.table:1: has 2 of the four words"),
                        line -> assertThat(line).startsWith("keys.table:2: three.pem does not exist"));
    }

    @Test
    void aMissingPolicyFileIsTheOnlyError() throws Exception {
        PolicyCheck check = new PolicyCheck(new SystemClock(), findings);
        check.dns(
                check.files(temp.resolve("none.yaml"), FrontEnd.NONE, ProcessIdentity.current()), (done, total) -> {});
        assertThat(errors()).containsExactly("none.yaml does not exist: check the name");
    }

    @Test
    void filesThatTheUserOfTheServiceMayNotReadAreErrors() throws Exception {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        int owner = (Integer) Files.getAttribute(temp, "unix:uid");
        Path file = Files.writeString(temp.resolve("mx.yaml"), "mode: monitor\nsigning:\n  keys:\n" + key("s1"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        ProcessIdentity service = new ProcessIdentity(65_533, Set.of(65_533), "service");
        new PolicyCheck(new SystemClock(), findings).files(file, FrontEnd.NONE, Optional.of(service));
        assertThat(errors())
                .contains(
                        "mx.yaml: the user service may not read mx.yaml: chown service mx.yaml, or give it to a group of"
                                + " this user (chgrp) that may read it (chmod 640)");
        // The key of another user is refused first.
        assertThat(errors()).hasSize(2).last().asString().contains(owner == 0 ? "may not read rsa.pem" : "belongs to");
    }

    @Test
    void recordsOfKeysAreComparedWithTheDns() throws Exception {
        checkWithDns(
                "signing:\n  keys:\n" + key("good") + key("none") + key("other") + key("revoked") + key("testing"));
        assertThat(errors())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("""
                                        mx.yaml:5: signing.keys[1].key-file: none._domainkey.example.org is not\
                                         published: no such name: publish none._domainkey.example.org. IN TXT ( "v=DKIM1;"""),
                        line -> assertThat(line)
                                .contains("other._domainkey.example.org is published wrongly: a key of another type"),
                        line -> assertThat(line)
                                .contains(
                                        "revoked._domainkey.example.org is published wrongly: revoked, p= is empty: make"
                                                + " a new key (countersign keygen), or, if it was revoked by mistake, publish "));
        assertThat(warnings())
                .containsExactly("mx.yaml:8: signing.keys[4].key-file: testing._domainkey.example.org is published with"
                        + " t=y (testing): remove t=y, because some receivers ignore such signatures");
        assertThat(texts(Finding.Level.NOTE))
                .contains("signing: the DNS publishes 2 of 5 keys as they are here")
                .anyMatch(line -> line.startsWith("dns.servers: 127.0.0.1:") && line.contains(" answers ("));
        assertThat(progress).hasSize(5).contains("5/5");
    }

    @Test
    void aKeyThatIsNotActiveYetAndARetiredOneAreNotLookedUp() throws Exception {
        checkWithDns("""
                signing:
                  keys:
                    - { domain: example.org, selector: next, key-file: rsa.pem, active-from: 2999-01-01 }
                    - { domain: example.org, selector: past, key-file: rsa.pem, retire-after: 2001-01-01 }
                """);
        assertThat(errors()).isEmpty();
        assertThat(warnings()).isEmpty();
        assertThat(dns.queries("next._domainkey.example.org")).isZero();
        assertThat(dns.queries("past._domainkey.example.org")).isZero();
    }

    @Test
    void manyKeysWithTheSameProblemAreCounted() throws Exception {
        StringBuilder policy = new StringBuilder("signing:\n  keys:\n");
        for (int number = 0; number < 50; number++) {
            policy.append(key("n" + number));
        }
        checkWithDns(policy.toString());
        assertThat(errors())
                .hasSize(Findings.MAX_KEYS + 1)
                .last()
                .isEqualTo("signing: 30 more keys have the same" + " problem");
    }

    @Test
    void aServerThatDoesNotAnswerIsNamed() throws Exception {
        int port = dns.address().getPort();
        dns.close();
        checkWithDns("signing:\n  keys:\n" + key("good"));
        assertThat(errors())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("dns.servers: 127.0.0.1:" + port + " does not answer: "),
                        line -> assertThat(line).startsWith("dns: no server can be used"));
        assertThat(warnings()).containsExactly("signing: no key was compared with the DNS");
    }

    @Test
    void aServerThatRefusesEveryQueryIsNotGoodEnough() throws Exception {
        dns.faultForAll(ServerFault.REFUSED);
        checkWithDns("protect: [example.org]\n");
        assertThat(errors()).first().asString().contains(" answers, but not with data for example.org: refused");
    }

    @Test
    void aServerThatDoesNotKnowTheDomainOfTheOperatorIsNamed() throws Exception {
        checkWithDns("protect: [unknown.example]\n");
        assertThat(errors()).isEmpty();
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains(" answers that unknown.example does not exist: if other mail servers see this domain");
    }

    @Test
    void enforcingWithoutKnownForwardersIsADanger() throws Exception {
        check("mode: enforce\n");
        assertThat(warnings())
                .singleElement()
                .asString()
                .startsWith("mx.yaml: indirect-flow: is empty in mode enforce");
    }

    @Test
    void enforcingWithoutKnownForwardersIsNoDangerIfWhatFailsIsNotRejected() throws Exception {
        check("mode: enforce\ndmarc: { on-reject: quarantine }\n");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aListOfDomainsThatFailOpenIsADanger() throws Exception {
        check("mode: monitor\ndmarc:\n  fail-open: [bank.example]\n");
        assertThat(warnings())
                .singleElement()
                .asString()
                .startsWith("mx.yaml:3: dmarc.fail-open: bank.example: mail in");
    }

    @Test
    void acceptingMailOnOverloadOrErrorsIsADangerInModeEnforce() throws Exception {
        FrontEnd frontEnd = FrontEnd.of(Section.atTopLevel(
                "tempfail",
                keys -> keys.setting("on-overload", "What to do.").value(ValueType.TEXT, byDefault -> byDefault)));
        check(
                "mode: enforce\non-overload: accept\nindirect-flow: { trusted-sealers: [l.example] }\n",
                frontEnd,
                ProcessIdentity.current(),
                false);
        assertThat(warnings())
                .singleElement()
                .asString()
                .startsWith("mx.yaml:2: on-overload: is accept in mode enforce");
    }

    @Test
    void aFileWithoutALineEndMayBeCutOff() throws Exception {
        Files.writeString(temp.resolve("keys.table"), "example.org example.org s1 rsa.pem");
        check("signing: { table-file: keys.table }\nmode: monitor");
        assertThat(warnings())
                .containsExactly(
                        "mx.yaml: the last line has no line end, so the file may have been cut off: complete it, or end"
                                + " the last line",
                        "keys.table: the last line has no line end, so the file may have been cut off: complete it, or"
                                + " end the last line");
    }

    @Test
    void aKeyOfUnusualSizeIsAWarning() throws Exception {
        check("signing:\n  keys:\n" + key("s1", "small.pem") + key("s2", "ed.pem"));
        assertThat(warnings())
                .singleElement()
                .asString()
                .isEqualTo(
                        "mx.yaml:3: signing.keys[0].key-file: the key s1._domainkey.example.org has 1024 bits, and RFC"
                                + " 8301 asks for 2048: make a new one with countersign keygen");
    }
}
