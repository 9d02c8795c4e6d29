package org.countersign.james.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.countersign.james.HookLogCapture;
import org.countersign.service.log.LogEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PolicyFileLogTest {
    @Test
    void anEventIsOneLineThatNamesThePolicyFile() {
        try (HookLogCapture log = new HookLogCapture()) {
            new PolicyFileLog(LoggerFactory.getLogger("org.countersign.james.EngineRegistry"), Path.of("/conf/mx.yaml"))
                    .write(new LogEvent("memory", Level.WARNING, "overloaded")
                            .with("refused", 3)
                            .with("advice", "a \"larger\" heap"));
            assertThat(log.lines())
                    .containsExactly(
                            "WARN overloaded policy-file=/conf/mx.yaml refused=3 advice=\"a \\\"larger\\\" heap\"");
        }
    }
}
