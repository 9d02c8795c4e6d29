package org.countersign.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.dkim.SigningIdentity;
import org.countersign.dkim.SigningKey;
import org.countersign.domain.DomainName;
import org.countersign.testing.TestKeys;
import org.junit.jupiter.api.Test;

class DatedKeyTest {
    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");

    private static final DatedKey OLD = key("old", TestKeys.RSA, Optional.of(NEW_YEAR), Optional.of(AUGUST));
    private static final DatedKey NEW = key("new", TestKeys.RSA, Optional.of(JULY), Optional.empty());
    private static final DatedKey ED25519 = key("ed", TestKeys.ED25519, Optional.empty(), Optional.empty());

    private static DatedKey key(String selector, SigningKey key, Optional<Instant> from, Optional<Instant> until) {
        return new DatedKey(
                new SigningIdentity(DomainName.of("example.org"), selector, key), new KeyDates(from, until));
    }

    private static List<String> chosen(Instant now, DatedKey... keys) {
        return DatedKey.choose(List.of(keys), now, identity -> true).stream()
                .map(SigningIdentity::selector)
                .toList();
    }

    @Test
    void aKeySignsFromItsFirstMomentToTheLastBeforeItIsRetired() {
        assertThat(chosen(NEW_YEAR.minusNanos(1), OLD)).isEmpty();
        assertThat(chosen(NEW_YEAR, OLD)).containsExactly("old");
        assertThat(chosen(AUGUST.minusNanos(1), OLD)).containsExactly("old");
        assertThat(chosen(AUGUST, OLD)).isEmpty();
    }

    @Test
    void whereTwoOverlapTheNewerOneSigns() {
        assertThat(chosen(JULY.minusNanos(1), OLD, NEW)).containsExactly("old");
        assertThat(chosen(JULY, OLD, NEW)).containsExactly("new");
        assertThat(chosen(JULY, NEW, OLD)).containsExactly("new");
        assertThat(chosen(AUGUST, OLD, NEW)).containsExactly("new");
    }

    @Test
    void keysOfDifferentAlgorithmsSignSideBySide() {
        assertThat(chosen(NEW_YEAR, OLD, NEW, ED25519)).containsExactly("old", "ed");
        assertThat(chosen(AUGUST, ED25519, OLD, NEW)).containsExactly("ed", "new");
    }

    @Test
    void keysOfDifferentDomainsSignSideBySide() {
        DatedKey other =
                new DatedKey(new SigningIdentity(DomainName.of("example.net"), "n", TestKeys.RSA), KeyDates.ALWAYS);
        assertThat(chosen(JULY, OLD, NEW, other)).containsExactly("new", "n");
    }

    @Test
    void keysWithoutDatesSignSideBySide() {
        DatedKey one = key("one", TestKeys.RSA, Optional.empty(), Optional.empty());
        DatedKey two = key("two", TestKeys.RSA, Optional.empty(), Optional.empty());
        assertThat(chosen(JULY, one, two)).containsExactly("one", "two");
    }

    @Test
    void aKeyThatIsNotUsableGivesWayToTheOneBeforeIt() {
        assertThat(DatedKey.choose(
                        List.of(OLD, NEW),
                        JULY,
                        identity -> !identity.selector().equals("new")))
                .containsExactly(OLD.identity());
        assertThat(DatedKey.choose(List.of(OLD, NEW), JULY, identity -> false)).isEmpty();
    }
}
