package org.countersign.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dmarc.DmarcPolicy;
import org.countersign.domain.DomainName;
import org.countersign.inbound.TemperrorTable;
import org.countersign.signature.PublishedKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class EngineLogTest {
    private static final SigningIdentity KEY = new SigningIdentity(DomainName.of("example.org"), "s", TestKeys.ED25519);

    private final List<LogEvent> events = new ArrayList<>();
    private final EngineLog log = new EngineLog(events::add);

    @Test
    void aKeyThatIsNotPublishedIsAWarningWithTheRecordToPublish() {
        log.key(KEY, new PublishedKey.Absent("no such name"));
        LogEvent event = events.getFirst();
        assertThat(event.level()).isEqualTo(Level.WARNING);
        assertThat(event.name()).isEqualTo("key-not-published");
        assertThat(event.pairs().keySet()).containsExactly("key", "found", "publish");
        assertThat(event.pairs().get("key")).hasToString("s._domainkey.example.org");
        assertThat(event.pairs().get("found")).hasToString("not published: no such name");
        assertThat(event.pairs().get("publish"))
                .asString()
                .startsWith("s._domainkey.example.org. IN TXT ( \"v=DKIM1; k=ed25519; p=");
    }

    /** A key is revoked when others may have it. */
    @Test
    void aRevokedKeyIsAWarningThatAdvisesANewKeyInPlaceOfItsRecord() {
        log.key(KEY, new PublishedKey.Mismatch(PublishedKey.Fault.REVOKED, "revoked, p= is empty"));
        LogEvent event = events.getFirst();
        assertThat(event.name()).isEqualTo("key-not-published");
        assertThat(event.pairs().keySet()).containsExactly("key", "found", "advice");
        assertThat(event.pairs().get("advice")).asString().startsWith("make a new key with countersign keygen");
        log.key(KEY, new PublishedKey.Mismatch(PublishedKey.Fault.OTHER_KEY, "another key"));
        assertThat(events.getLast().pairs()).containsKey("publish").doesNotContainKey("advice");
    }

    @Test
    void aKeyThatIsPublishedAgainIsInformation() {
        log.key(KEY, new PublishedKey.Good());
        assertThat(events)
                .containsExactly(new LogEvent("keys", Level.INFO, "key-published").with("key", KEY.keyName()));
    }

    @Test
    void aDomainWhoseTemporaryErrorsPersistIsAWarningThatTellsWhatHappensToItsMail() {
        log.temperrorPersists(persistent(Optional.of(DmarcPolicy.REJECT)));
        log.temperrorPersists(persistent(Optional.empty()));
        LogEvent known = events.getFirst();
        assertThat(known.level()).isEqualTo(Level.WARNING);
        assertThat(known.name()).isEqualTo("dmarc-temperror-persists");
        assertThat(known.pairs().keySet()).containsExactly("domain", "minutes", "policy", "problem");
        assertThat(known.pairs()).containsEntry("minutes", 720L).containsEntry("policy", "reject");
        assertThat(events.getLast().pairs()).containsEntry("policy", "unknown");
        assertThat(events.getLast().pairs().get("problem")).asString().contains("quarantined");
    }

    private static TemperrorTable.Persistent persistent(Optional<DmarcPolicy> policy) {
        return new TemperrorTable.Persistent(DomainName.of("bank.example"), policy, Duration.ofHours(12));
    }

    @Test
    void anEventKeepsTheOrderOfItsPairs() {
        LogEvent event = new LogEvent("dns", Level.INFO, "dns").with("b", 1).with("a", Optional.of(2));
        assertThat(event.with("c", Optional.empty()).pairs().keySet()).containsExactly("b", "a");
    }
}
