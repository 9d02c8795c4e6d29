package org.countersign.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.signature.SigningIdentity;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class ScheduledKeyTest {
    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");

    private static final ScheduledKey OLD = key("old", TestKeys.RSA, Optional.of(NEW_YEAR), Optional.of(AUGUST));
    private static final ScheduledKey NEW = key("new", TestKeys.RSA, Optional.of(JULY), Optional.empty());
    private static final ScheduledKey ED25519 = key("ed", TestKeys.ED25519, Optional.empty(), Optional.empty());

    private static ScheduledKey key(String selector, SigningKey key, Optional<Instant> from, Optional<Instant> until) {
        return new ScheduledKey(
                new SigningIdentity(DomainName.of("example.org"), selector, key), new KeyValidity(from, until));
    }

    private static List<String> chosen(Instant now, ScheduledKey... keys) {
        return ScheduledKey.choose(List.of(keys), now, identity -> true).stream()
                .map(SigningIdentity::selector)
                .toList();
    }

    @Test
    void aKeySignsFromItsFirstInstantUntilItIsRetired() {
        assertThat(chosen(NEW_YEAR.minusNanos(1), OLD)).isEmpty();
        assertThat(chosen(NEW_YEAR, OLD)).containsExactly("old");
        assertThat(chosen(AUGUST.minusNanos(1), OLD)).containsExactly("old");
        assertThat(chosen(AUGUST, OLD)).isEmpty();
    }

    @Test
    void ifTwoKeysOverlapTheNewerOneSigns() {
        assertThat(chosen(JULY.minusNanos(1), OLD, NEW)).containsExactly("old");
        assertThat(chosen(JULY, OLD, NEW)).containsExactly("new");
        assertThat(chosen(JULY, NEW, OLD)).containsExactly("new");
        assertThat(chosen(AUGUST, OLD, NEW)).containsExactly("new");
    }

    @Test
    void keysOfDifferentAlgorithmsAllSign() {
        assertThat(chosen(NEW_YEAR, OLD, NEW, ED25519)).containsExactly("old", "ed");
        assertThat(chosen(AUGUST, ED25519, OLD, NEW)).containsExactly("ed", "new");
    }

    @Test
    void keysOfDifferentDomainsAllSign() {
        ScheduledKey other = new ScheduledKey(
                new SigningIdentity(DomainName.of("example.net"), "n", TestKeys.RSA), KeyValidity.ALWAYS);
        assertThat(chosen(JULY, OLD, NEW, other)).containsExactly("new", "n");
    }

    @Test
    void keysWithoutDatesAllSign() {
        ScheduledKey one = key("one", TestKeys.RSA, Optional.empty(), Optional.empty());
        ScheduledKey two = key("two", TestKeys.RSA, Optional.empty(), Optional.empty());
        assertThat(chosen(JULY, one, two)).containsExactly("one", "two");
    }

    @Test
    void aKeyThatIsNotUsableIsReplacedByTheOneBeforeIt() {
        assertThat(ScheduledKey.choose(
                        List.of(OLD, NEW),
                        JULY,
                        identity -> !identity.selector().equals("new")))
                .containsExactly(OLD.identity());
        assertThat(ScheduledKey.choose(List.of(OLD, NEW), JULY, identity -> false))
                .isEmpty();
    }
}
