package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** James does not start with a configuration that would let mail pass unchecked, and logs what to change. */
class StockJamesStartIT {
    private static final String LOADER = "<handler class=\"org.apache.james.smtpserver.CoreCmdHandlerLoader\"/>";
    private static final String QUEUEING = "<handler class=\"org.apache.james.smtpserver.SendMailHandler\"/>";

    @TempDir
    private Path directory;

    @BeforeEach
    void prepare() throws Exception {
        StockJames.prepare(directory);
    }

    @Test
    void afterTheHandlerThatQueuesMail() throws Exception {
        StockJames.edit(
                directory.resolve("conf/smtpserver.xml"),
                text -> StockJames.swap(text, "<handlerchain>", "<handlerchain>" + QUEUEING + LOADER));
        try (StockJames james = StockJames.start(directory, 53)) {
            james.awaitRefusalToStart("smtpserver.xml: the handler org.countersign.james.AuthenticationHook must"
                    + " come before org.apache.james.smtpserver.SendMailHandler: move it to the top of <handlerchain>");
        }
    }

    @Test
    void withAnErrorInThePolicyFile() throws Exception {
        StockJames.edit(
                directory.resolve("conf/countersign.yaml"),
                text -> StockJames.swap(text, "mode: enforce ", "mode: enforced "));
        try (StockJames james = StockJames.start(directory, 53)) {
            james.awaitRefusalToStart("conf/countersign.yaml:3: mode: ");
            assertThat(james.log()).doesNotContain("JAMES server started");
        }
    }
}
