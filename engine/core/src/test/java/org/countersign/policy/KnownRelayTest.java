package org.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.dmarc.DmarcPolicy;
import org.junit.jupiter.api.Test;

class KnownRelayTest {
    @Test
    void theDomainsOfTheAuthorAreNoRelays() {
        RuleContext facts = Cases.facts(
                "alice@news.example.org",
                "bounce@example.org",
                ResultKeyword.PASS,
                List.of(
                        Cases.signed(ResultKeyword.PASS, "example.org"),
                        Cases.signed(ResultKeyword.PASS, "a.news.example.org"),
                        Cases.signed(ResultKeyword.PASS, "list.example")),
                ResultKeyword.FAIL,
                DmarcPolicy.REJECT);

        assertThat(KnownRelay.of(facts)).extracting(KnownRelay::value).containsExactly("192.0.2.7", "list.example");
    }
}
