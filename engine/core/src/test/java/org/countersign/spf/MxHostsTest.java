package org.countersign.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.spf.SpfVerifierTest.VERIFIER;
import static org.countersign.spf.SpfVerifierTest.address;
import static org.countersign.spf.SpfVerifierTest.verify;
import static org.countersign.spf.SpfVerifierTest.zone;

import org.countersign.dns.StaticZone;
import org.countersign.domain.ReversePath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 7208 §5.4 mx")
class MxHostsTest {
    @Test
    void mxHostsAreTriedByPreferenceAndNotInTheOrderOfTheAnswer() {
        StaticZone.Builder zone = zone("v=spf1 mx -all");
        for (int i = 11; i > 0; i--) {
            zone.mx("example.org", i, "h" + i + ".example").address("h" + i + ".example", "192.0.2." + i);
        }
        assertThat(verify(zone).kind()).isEqualTo(SpfResult.Kind.PASS);
    }

    @Test
    void mxHostsOfOnePreferenceAreTriedByName() {
        StaticZone.Builder zone = zone("v=spf1 mx -all");
        for (int i = 11; i > 0; i--) {
            String name = (char) ('a' + i) + ".example";
            zone.mx("example.org", 10, name).address(name, "192.0.2." + (6 + i));
        }
        assertThat(verify(zone).kind()).isEqualTo(SpfResult.Kind.PASS);
        assertThat(VERIFIER.verify(
                                SpfRequest.mailFrom(
                                        address("192.0.2.17"),
                                        ReversePath.parse("user@example.org"),
                                        "mail.example.org"),
                                new CountingLookups(zone.build()))
                        .problem())
                .contains(SpfProblem.TOO_MANY_MX_NAMES);
    }

    @Test
    void anMxWithOneHostThatDoesNotExistIsAVoidLookupWhereverThatHostIsInTheOrder() {
        for (int missing = 1; missing <= 2; missing++) {
            StaticZone.Builder zone = zone("v=spf1 mx -all")
                    .mx("example.org", missing, "gone.example")
                    .mx("example.org", 3 - missing, "other.example")
                    .address("other.example", "192.0.2.1");
            assertThat(verify(zone).evidence().voidLookups()).isEqualTo(1);
        }
    }
}
