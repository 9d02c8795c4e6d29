package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.countersign.config.FrontEnd;
import org.countersign.policy.Mode;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A policy file that is cut off while it is in effect. */
@Timeout(600)
class CutOffPolicyTest {
    private static final String POLICY = """
        # our policy
        mode: enforce
        signing:
          keys:
            - { domain: example.org, selector: a, key-file: a.pem }
            - domain: example.net
              selector: b
              key-file: b.pem
        protect:
          - example.org
          - example.net
        indirect-flow:
          trusted-sealers: [lists.example]
        rules:
          - name: one
            when: { author: [bad.example] }
            then: reject
          - name: two
            when: { author: [worse.example] }
            then: reject
        # the end
        """;

    @TempDir
    private Path temp;

    private Path policy;

    /** The news of each reload: nothing for one that changed nothing, or was taken, else what speaks against it. */
    private final BlockingQueue<List<String>> news = new LinkedBlockingQueue<>();

    private final PolicySource.Listener listener = new PolicySource.Listener() {
        @Override
        public void reloaded(LoadedPolicy before, LoadedPolicy now) {
            news.add(List.of());
        }

        @Override
        public void refused(List<String> problems) {
            news.add(problems);
        }

        @Override
        public void unchanged(LoadedPolicy kept) {
            news.add(List.of());
        }
    };

    @BeforeEach
    void write() throws IOException {
        policy = Files.writeString(temp.resolve("mx.yaml"), POLICY);
        for (String key : List.of("a.pem", "b.pem")) {
            Path file = Files.writeString(temp.resolve(key), TestKeys.RFC_8463_ED25519_PEM);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private LiveEngine start() throws FileFailure {
        return LiveEngine.start(
                policy, FrontEnd.NONE, InstantSource.system(), Duration.ofHours(1), listener, TestPolicies.IGNORE);
    }

    private List<String> reload(LiveEngine engine, String text) throws IOException, InterruptedException {
        Files.writeString(policy, text);
        engine.reload();
        return Objects.requireNonNull(news.poll(100, TimeUnit.SECONDS), "nothing has happened");
    }

    @Test
    void whereverItIsCutOffWhatWasInForceStays() throws Exception {
        int end = POLICY.indexOf("\n# the end");
        try (LiveEngine engine = start()) {
            LoadedPolicy before = engine.policy();
            for (int length = 0; length < end; length++) {
                assertThat(reload(engine, POLICY.substring(0, length)))
                        .as(POLICY.substring(0, length))
                        .isNotEmpty();
                assertThat(engine.policy()).isSameAs(before);
            }
        }
    }

    @Test
    void aCommentThatIsMissingAtTheEndIsNoLoss() throws Exception {
        try (LiveEngine engine = start()) {
            assertThat(reload(engine, POLICY.substring(0, POLICY.indexOf("# the end"))))
                    .isEmpty();
        }
    }

    @Test
    void whatWasRemovedFromTheEndOnPurposeIsTakenWithACommentInItsPlace() throws Exception {
        String shorter = POLICY.substring(0, POLICY.indexOf("rules:"));
        try (LiveEngine engine = start()) {
            assertThat(reload(engine, shorter)).singleElement().asString().contains("mx.yaml", "\"rules:\"", "comment");
            assertThat(reload(engine, shorter + "# no rules\n")).isEmpty();
            assertThat(engine.policy().configuration().mode()).isEqualTo(Mode.ENFORCE);
        }
    }

    @Test
    void aRuleThatIsMissingFromAFileWithoutALastLineEndIsALoss() throws Exception {
        String changed = POLICY.replace("# our policy", "# our new policy");
        try (LiveEngine engine = start()) {
            assertThat(reload(engine, changed.substring(0, changed.indexOf("\n  - name: two"))))
                    .anySatisfy(problem -> assertThat(problem).contains("rules: two"));
        }
    }
}
