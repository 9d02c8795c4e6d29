package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.countersign.MessageSession;
import org.countersign.config.FrontEnd;
import org.countersign.policy.Mode;
import org.countersign.service.FileFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class LiveEngineTest extends LiveEngineFixture {
    @Test
    void aRequestedReloadIsAnsweredAtOnceEvenIfNothingHasChanged() throws Exception {
        BlockingQueue<LoadedPolicy> unchanged = new LinkedBlockingQueue<>();
        PolicySource.Listener all = new PolicySource.Listener() {
            @Override
            public void reloaded(LoadedPolicy before, LoadedPolicy now) {
                reloads.add(now);
            }

            @Override
            public void refused(List<String> problems) {
                refusals.add(problems);
            }

            @Override
            public void unchanged(LoadedPolicy kept) {
                unchanged.add(kept);
            }
        };
        try (LiveEngine engine = LiveEngine.start(
                policy, FrontEnd.NONE, InstantSource.system(), Duration.ofDays(1), all, TestPolicies.IGNORE)) {
            engine.reload();
            assertThat(next(unchanged)).isSameAs(engine.policy());
            table("example.org example.org s2 b.pem");
            engine.reload();
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s2");
            table("x");
            engine.reload();
            assertThat(next(refusals)).isNotEmpty();
            engine.reload();
            assertThat(next(refusals)).isNotEmpty();
        }
    }

    @Test
    void saysWhetherItWatches() throws Exception {
        LiveEngine engine = start();
        assertThat(engine.isWatching()).isTrue();
        engine.close();
        while (engine.isWatching()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void problemsInAllFilesAreReportedTogether() throws IOException {
        policy("mode: enforcee\n" + POLICY.replace("a.pem", "none.pem"));
        table("example.org example.org s1 missing.pem\nexample.com exa!mple.com s2 b.pem");
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains(":1: mode: expected monitor or enforce"),
                        line -> assertThat(line).contains("domains.table:2: expected a domain"),
                        line -> assertThat(line).endsWith("none.pem does not exist: check the name"),
                        line -> assertThat(line).endsWith("missing.pem does not exist: check the name"));
    }

    @Test
    void theTableOfTemporaryErrorsSurvivesAReload() throws Exception {
        try (LiveEngine engine = start()) {
            LoadedPolicy before = engine.policy();
            policy(POLICY + "dns: { timeout: 1s }\n");
            LoadedPolicy now = next(reloads);
            assertThat(now.state().dns()).isNotSameAs(before.state().dns());
            assertThat(now.state().shared().temperrors())
                    .isSameAs(before.state().shared().temperrors());
        }
    }

    @Test
    void everyFileIsWatchedAndMessagesInProgressKeepTheirEngine() throws Exception {
        try (LiveEngine engine = start();
                MessageSession underWay = begin(engine)) {
            table("example.org example.org s2 b.pem");
            assertThat(next(reloads).keyCount()).isEqualTo(2);
            assertThat(selectors(engine)).containsExactly("s2");
            assertThat(selectors(underWay)).containsExactly("s1");

            policy("mode: enforce\n" + POLICY);
            assertThat(next(reloads).configuration().mode()).isEqualTo(Mode.ENFORCE);
            assertThat(selectors(engine)).containsExactly("s2");
            assertThat(refusals).isEmpty();
        }
    }

    @Test
    void aFileMovedIntoPlaceIsRead() throws Exception {
        try (LiveEngine engine = start()) {
            Path other = Files.writeString(temp.resolve("new.table"), "example.org example.org s3 a.pem\n");
            Files.move(other, temp.resolve("domains.table"), StandardCopyOption.ATOMIC_MOVE);
            next(reloads);
            assertThat(selectors(engine)).containsExactly("s3");
        }
    }

    @Test
    void unchangedPartsAreKept() throws Exception {
        try (LiveEngine engine = start()) {
            ReusableState before = engine.policy().state();
            table("example.org example.org s2 a.pem");
            ReusableState after = next(reloads).state();
            assertThat(after.dns()).isSameAs(before.dns());
            assertThat(after.keys().get(temp.resolve("a.pem")))
                    .isSameAs(before.keys().get(temp.resolve("a.pem")));

            policy("dns: { timeout: 3s }\n" + POLICY);
            assertThat(next(reloads).state().dns()).isNotSameAs(before.dns());
        }
    }

    @Test
    void problemsAtTheStartAreReportedAndNothingIsWatched() throws IOException {
        policy("mod: enforce\nsigning: 7\n");
        FileFailure failure = catchThrowableOfType(FileFailure.class, this::start);
        assertThat(failure.reason()).isEqualTo(Reason.INVALID);
        assertThat(failure.lines()).hasSize(2);
    }
}
