package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.countersign.MessageOutcome;
import org.countersign.message.AuthorDomain;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.policy.Decision;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class MessageLogTest {
    private static final Envelope ENVELOPE = new Envelope(
            ClientAddress.parseIp("192.0.2.1", 25),
            "client.example",
            "helo",
            "a@example.org",
            List.of(),
            new MacroValues(Map.of()));

    private static LogRecord unsigned(String from) {
        AuthorDomain author = AuthorDomain.parse(Octets.latin1(" " + from));
        MessageOutcome.Signed outcome = new MessageOutcome.Signed(
                author, List.of(), Set.of(), Decision.accept("r", author.explain()), List.of());
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logRecord) {
                records.add(logRecord);
            }

            @Override
            public void flush() {
                // Nothing is buffered.
            }

            @Override
            public void close() {
                // There is nothing to close.
            }
        };
        Logger logger = Logger.getLogger("countersign.message");
        logger.addHandler(handler);
        try {
            new MessageLog()
                    .accept(new FinishedMessage(ENVELOPE, ENVELOPE.macros(), 1, 5, outcome, Duration.ofMillis(1)));
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    @Test
    void outboundMailThatItsFromFieldLeavesUnsignedIsAWarning() {
        for (String from : List.of("a@example.org, b@other.example", "MAILER-DAEMON <>", "")) {
            assertThat(unsigned(from).getLevel()).isEqualTo(Level.WARNING);
        }
        assertThat(Arrays.toString(unsigned("a@example.org, b@other.example").getParameters()))
                .contains("author=ambiguous", "author-problem=several-domains");
        assertThat(Arrays.toString(unsigned("MAILER-DAEMON <>").getParameters()))
                .contains("author=missing", "author-problem=no-address");
    }

    @Test
    void outboundMailThatIsNotSignedForAnotherReasonIsNone() {
        assertThat(unsigned("a@example.org").getLevel()).isEqualTo(Level.INFO);
        LogRecord spelled = unsigned("Smith, John <a@example.org>");
        assertThat(spelled.getLevel()).isEqualTo(Level.INFO);
        assertThat(Arrays.toString(spelled.getParameters()))
                .contains("author=example.org", "author-spelling=no-address", "author-problem=spelling");
    }
}
