package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.config.PolicyTexts.valid;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.ReversePath;
import org.countersign.message.AuthorDomain;
import org.countersign.signing.SigningEntry;
import org.countersign.signing.SigningPolicy;
import org.countersign.signing.SigningRequest;
import org.countersign.syntax.Octets;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyDirectoriesTest {
    private static final Configuration BY_NAME = valid("""
        signing:
          keys:
            - { domain: own.example, selector: mine, key-file: own.pem }
            - { domains: ["*"], selector: s, key-file: "keys/{domain}.{selector}.key", subdomains: true }
        """);

    @TempDir
    Path directory;

    private void file(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    private final List<FileFailure> failures = new ArrayList<>();

    private List<SigningTableFile.Line> read(Configuration configuration) {
        return new KeyDirectories(directory.resolve("mx.yaml"), new LinkedHashMap<>())
                .read(configuration.signing(), failures);
    }

    @Test
    void everyFileThatFitsIsAKeyOfItsDomain() throws Exception {
        file("keys/a.example.s.key");
        file("keys/b.example.s.key");
        file("keys/b.example.other.key");
        file("keys/README");
        assertThat(read(BY_NAME))
                .extracting(line -> line.key().recordName())
                .containsExactly("s._domainkey.a.example", "s._domainkey.b.example");
        assertThat(read(BY_NAME).getFirst().key().keyFile())
                .isEqualTo(directory.resolve("keys/a.example.s.key").toString());
    }

    @Test
    void aDomainWithAKeyOfItsOwnTakesNoneFromTheDirectory() throws Exception {
        file("keys/own.example.s.key");
        assertThat(read(BY_NAME)).isEmpty();
    }

    @Test
    void aDirectoryMayBeTheNameOfTheDomain() throws Exception {
        file("keys/a.example/s1.private");
        file("keys/a.example/s2.private");
        file("keys/a.example/s1.txt");
        Configuration nested = valid("""
            signing: { keys: [{ domains: ["*"], key-file: "keys/{domain}/{selector}.private" }] }
            """);
        assertThat(read(nested))
                .extracting(line -> line.key().recordName())
                .containsExactly("s1._domainkey.a.example", "s2._domainkey.a.example");
    }

    @Test
    void aMissingDirectoryIsNamedWithItsLine() {
        assertThat(read(BY_NAME)).isEmpty();
        assertThat(failures)
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("mx.yaml:4: signing.keys[1].key-file: " + directory.resolve("keys"));
    }

    @Test
    void allThatIsWrongIsReportedAndTheOtherFilesAreFound() throws Exception {
        file("one/a.example.s.key");
        file("two/a.example.s.key");
        file("two/b.example.s.key");
        Configuration configuration = valid("""
            signing:
              keys:
                - { domains: ["*"], selector: s, key-file: "one/{domain}.{selector}.key" }
                - { domains: ["*"], selector: s, key-file: "none/{domain}.{selector}.key" }
                - { domains: ["*"], selector: s, key-file: "two/{domain}.{selector}.key" }
            """);
        assertThat(read(configuration))
                .extracting(line -> line.key().recordName())
                .containsExactly("s._domainkey.a.example", "s._domainkey.b.example");
        assertThat(failures)
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("mx.yaml:4: signing.keys[1].key-file: "),
                        line -> assertThat(line).contains("are both the key file of s._domainkey.a.example"));
    }

    @Test
    void aNewFileChangesTheStampOfTheDirectory() throws Exception {
        file("keys/a.example.s.key");
        Map<Path, FileStamp> before = new LinkedHashMap<>();
        new KeyDirectories(directory.resolve("mx.yaml"), before).read(BY_NAME.signing(), failures);
        Files.setLastModifiedTime(directory.resolve("keys"), java.nio.file.attribute.FileTime.fromMillis(1));
        file("keys/b.example.s.key");
        assertThat(FileStamp.of(before.keySet())).isNotEqualTo(before);
    }

    @Test
    void theKeySignsForTheDomainAndThoseBelowUnlessTheyHaveTheirOwn() throws Exception {
        file("keys/a.example.s.key");
        file("keys/deep.a.example.s.key");
        List<SigningTableFile.Line> lines = read(BY_NAME);
        Map<KeyEntry, org.countersign.keys.SigningKey> keys =
                TestPolicies.keys(BY_NAME, lines, entry -> TestKeys.ED25519);
        SigningPolicy policy = SigningPolicyFactory.policy(BY_NAME, lines, keys);
        assertThat(signer(policy, "u@a.example")).contains("a.example");
        assertThat(signer(policy, "u@x.a.example")).contains("a.example");
        assertThat(signer(policy, "u@deep.a.example")).contains("deep.a.example");
        assertThat(signer(policy, "u@x.deep.a.example")).contains("deep.a.example");
        assertThat(signer(policy, "u@x.own.example")).isEmpty();
    }

    private static Optional<String> signer(SigningPolicy policy, String author) {
        SigningRequest request = new SigningRequest(
                (AuthorDomain.Single) AuthorDomain.parse(Octets.utf8(" " + author)),
                ReversePath.parse("<>"),
                Optional.empty(),
                Optional.empty());
        return policy.table()
                .find(request)
                .map(SigningEntry::keys)
                .map(keys -> keys.getFirst().identity().sdid().toString());
    }
}
