package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.arc.SealedArcSet;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure.Reason;
import org.countersign.smtp.HeaderField;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of a policy that is reloaded. */
@Timeout(240)
class ReloadedKeysTest extends LiveEngineFixture {
    @Test
    void aNewKeyInAnOldFileIsUsed() throws Exception {
        try (LiveEngine engine = start()) {
            var before = engine.policy().state().keys();
            key("a.pem", TestKeys.RSA_PEM);
            var after = next(reloads).state().keys();
            assertThat(after)
                    .extractingByKey(temp.resolve("a.pem"))
                    .extracting(SigningKey::bits)
                    .isEqualTo(2048);
            assertThat(before)
                    .extractingByKey(temp.resolve("a.pem"))
                    .extracting(SigningKey::bits)
                    .isEqualTo(256);
        }
    }

    @Test
    void aMissingOrReadableKeyFileIsWatchedUntilItIsCorrected() throws Exception {
        try (LiveEngine engine = start()) {
            table("example.org example.org s2 c.pem");
            assertThat(next(refusals))
                    .containsExactly(temp.resolve("domains.table") + ":1: " + temp.resolve("c.pem")
                            + " does not exist: check the name");
            Path file = temp.resolve("c.pem");
            replace(file, TestKeys.RFC_8463_ED25519_SEED, "rw-r--r--");
            List<String> open = next(refusals);
            assertThat(open).singleElement().satisfies(line -> assertThat(line).contains("chmod 600 " + file));
            assertThat(selectors(engine)).containsExactly("s1");

            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s2");
        }
    }

    @Test
    void aKeyInSeveralLinesIsCountedOnce() throws Exception {
        table("""
                *@example.org example.org s1 a.pem
                *@*.example.org example.org s1 a.pem
                example.org example.org s2 b.pem
                """);
        try (LiveEngine engine = start()) {
            int ofThePolicyFile =
                    engine.policy().configuration().signing().keys().size();
            assertThat(engine.policy().keyCount()).isEqualTo(2 + ofThePolicyFile);
            assertThat(selectors(engine)).containsExactly("s1", "s2");
        }
    }

    @Test
    void aKeyFileOfManyDomainsIsReadOnce() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            lines.append("d%d.example d%d.example s a.pem\n".formatted(i, i));
        }
        table(lines + "example.org example.org s1 a.pem");
        try (LiveEngine engine = start()) {
            assertThat(engine.policy().keyCount()).isEqualTo(1002);
            assertThat(engine.policy().state().keys()).hasSize(1);
            assertThat(selectors(engine)).containsExactly("s1");
        }
    }

    @Test
    void anUnusableKeyFileOfManyDomainsIsReportedOnce() throws Exception {
        table("example.org example.org s1 none.pem\nexample.com example.com s1 none.pem");
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.reason()).isEqualTo(Reason.MISSING);
        assertThat(failure.lines()).hasSize(1);
    }

    private static Optional<SealedArcSet> seal(LiveEngine engine) {
        SmtpTransaction transaction = new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress("192.0.2.7").orElseThrow(), ""),
                "mail",
                ReversePath.parse("a@elsewhere.example"),
                Optional.empty(),
                "",
                "mx");
        try (MessageSession flow = engine.get().open(transaction)) {
            flow.header(HeaderField.of("From", " a@elsewhere.example"));
            flow.endOfHeaders();
            return ((MessageOutcome.Judged) flow.conclude()).seal();
        }
    }

    private void sealWith(String selector, String keyFile) throws IOException {
        policy("dns: { servers: [\"127.0.0.1:9\"], timeout: 100ms, deadline: 200ms }\n"
                + "arc: { seal: { domain: example.org, selector: " + selector + ", key-file: " + keyFile
                + " } }\n");
    }

    @Test
    void theSealKeyIsReloadedLikeSigningKeys() throws IOException, FileFailure, InterruptedException {
        try (LiveEngine engine = start()) {
            assertThat(seal(engine)).isEmpty();
            sealWith("a1", "a.pem");
            next(reloads);
            assertThat(seal(engine))
                    .hasValueSatisfying(
                            seal -> assertThat(seal.fields().getFirst().value().latin1())
                                    .contains("s=a1;"));
            sealWith("a2", "b.pem");
            next(reloads);
            assertThat(seal(engine))
                    .hasValueSatisfying(
                            seal -> assertThat(seal.fields().getFirst().value().latin1())
                                    .contains("s=a2;"));
        }
    }

    @Test
    void theSealKeyIsASecretLikeSigningKeys() throws IOException {
        sealWith("a1", "a.pem");
        Files.setPosixFilePermissions(temp.resolve("a.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(failure.lines())
                .singleElement()
                .asString()
                .contains("arc.seal.key-file", "a.pem is open to every user of this machine");
    }
}
