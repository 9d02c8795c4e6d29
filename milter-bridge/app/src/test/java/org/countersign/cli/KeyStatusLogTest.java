package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.countersign.domain.DomainName;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class KeyStatusLogTest {
    private static String logged(PublishedKey state) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (LogQueue lines = Logging.to(new PrintStream(log, true, StandardCharsets.UTF_8), false)) {
            new KeyStatusLog().accept(new SigningIdentity(DomainName.of("example.org"), "s", TestKeys.ED25519), state);
            lines.flush();
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aKeyThatIsNotPublishedIsAWarningWithTheRecordToPublish() {
        assertThat(logged(new PublishedKey.Absent("no such name")))
                .contains(" level=warning event=key-not-published key=s._domainkey.example.org ")
                .contains(" found=\"not published: no such name\" ")
                .contains("s._domainkey.example.org. IN TXT ( \\\"v=DKIM1; k=ed25519; p=");
    }

    @Test
    void aKeyThatIsPublishedAgainIsNews() {
        assertThat(logged(new PublishedKey.Good()))
                .contains(" level=info event=key-published key=s._domainkey.example.org ");
    }
}
