package org.countersign.arc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.arc.ArcSet.Content;
import org.countersign.authres.AuthenticationResultsWriter;
import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;

/** The sets of a chain whose results may be trusted, for given trusted sealers. */
class ArcChainTest {
    private static List<Integer> trustedSets(List<String> trusted, Object... sealersAndContents) {
        List<ArcSet> sets = new ArrayList<>();
        for (int i = 0; i < sealersAndContents.length; i += 2) {
            DomainName sealer = DomainName.of((String) sealersAndContents[i]);
            sets.add(new ArcSet(
                    sets.size() + 1,
                    sealer,
                    "s1",
                    Optional.of(sealer),
                    sets.isEmpty() ? ChainStatus.NONE : ChainStatus.PASS,
                    Optional.empty(),
                    AuthenticationResultsWriter.renderArc(sets.size() + 1, ArcRun.RESULTS)
                            .value(),
                    (Content) sealersAndContents[i + 1],
                    Optional.empty()));
        }
        return new ArcChain(sets, 0)
                .trustedSets(domain -> Set.copyOf(trusted).contains(domain.toString())).stream()
                        .map(ArcSet::instance)
                        .toList();
    }

    @Test
    void aSealerThatIsNotTrustedIsNotBelieved() {
        assertThat(trustedSets(List.of(), "a.example", Content.INTACT)).isEmpty();
    }

    @Test
    void aTrustedNewestSealerIsBelieved() {
        assertThat(trustedSets(List.of("a.example"), "a.example", Content.INTACT))
                .containsExactly(1);
    }

    @Test
    void notIfAnUntrustedSealerChangedTheMessageLater() {
        assertThat(trustedSets(List.of("a.example"), "a.example", Content.CHANGED, "thief.example", Content.INTACT))
                .isEmpty();
    }

    @Test
    void ifATrustedSealerChangedItLater() {
        assertThat(trustedSets(
                        List.of("a.example", "b.example"), "a.example", Content.CHANGED, "b.example", Content.INTACT))
                .containsExactly(2, 1);
    }

    @Test
    void ifAnUntrustedSealerDidNotChangeIt() {
        assertThat(trustedSets(List.of("a.example"), "a.example", Content.INTACT, "other.example", Content.INTACT))
                .containsExactly(1);
    }

    @Test
    void notIfAPartOfTheBodyIsNotSigned() {
        assertThat(trustedSets(List.of("a.example"), "a.example", Content.PARTLY_INTACT))
                .isEmpty();
    }
}
