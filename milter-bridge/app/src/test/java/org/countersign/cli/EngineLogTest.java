package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.countersign.TemperrorTable;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

class EngineLogTest {
    private static String logged(Optional<DmarcPolicy> policy) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (LogQueue lines = Logging.to(new PrintStream(log, true, StandardCharsets.UTF_8), false)) {
            new EngineLog()
                    .temperrorPersists(
                            new TemperrorTable.Persistent(DomainName.of("bank.example"), policy, Duration.ofHours(12)));
            lines.flush();
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDomainWhoseTemporaryErrorsLastIsAWarningThatSaysWhatBecomesOfItsMail() {
        assertThat(logged(Optional.of(DmarcPolicy.REJECT)))
                .contains(
                        " level=warning event=dmarc-temperror-persists domain=bank.example minutes=720 policy=reject ")
                .contains("by the policy reject; look at the DNS of the domain, or put it under dmarc.fail-open");
        assertThat(logged(Optional.empty())).contains(" policy=unknown ").contains("its mail is quarantined");
    }
}
