package org.countersign.james.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.countersign.domain.IpNetwork;
import org.countersign.message.Hop;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;

/** Which Received fields are trusted. */
class ReceivedChainTest {
    private static final TrustedHops NETWORKS =
            TrustedHops.parse("10.0.0.0/8, 2001:db8:1::/48").orElseThrow();
    private static final Hop RELAY = hop("10.0.0.1", "relay.home.example");
    private static final Hop SENDER = hop("203.0.113.5", "mail.sender.example");

    static Hop hop(String address, String helo) {
        return new Hop(address(address), helo);
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }

    static HeaderField received(Hop from) {
        return HeaderField.of(
                "Received",
                " from " + from.helo() + " (unknown [" + IpNetwork.renderAddress(from.address())
                        + "])\r\n\tby x.home.example; Mon, 23 Nov 2026 12:00:00 +0000");
    }

    static Origin walk(TrustedHops trusted, Hop peer, List<HeaderField> fields) {
        ReceivedChain walk = new ReceivedChain(trusted, peer);
        fields.forEach(walk::field);
        return walk.end();
    }

    @Test
    void withoutTrustedHopsTheClientOfThisServerIsTheOrigin() {
        assertThat(walk(new TrustedHops.Count(0), SENDER, List.of(received(hop("192.0.2.9", "x")))))
                .isEqualTo(new Origin.Known(SENDER));
        assertThat(walk(NETWORKS, SENDER, List.of(received(hop("192.0.2.9", "x")))))
                .isEqualTo(new Origin.Known(SENDER));
    }

    @Test
    void theClientOfTheLastTrustedRelayIsTheOrigin() {
        Hop inner = hop("2001:db8:1::7", "filter.home.example");
        List<HeaderField> fields =
                List.of(received(inner), HeaderField.of("X", " y"), received(RELAY), received(SENDER), received(RELAY));
        assertThat(walk(NETWORKS, inner, fields)).isEqualTo(new Origin.Known(SENDER));
        assertThat(walk(new TrustedHops.Count(2), inner, fields)).isEqualTo(new Origin.Known(SENDER));
        assertThat(walk(new TrustedHops.Count(1), inner, fields)).isEqualTo(new Origin.Known(RELAY));
    }

    @Test
    void aTrustedRelayThatNamesNoClientIsTheOrigin() {
        assertThat(walk(NETWORKS, RELAY, List.of(received(RELAY)))).isEqualTo(new Origin.Known(RELAY));
    }

    @Test
    void withoutATrustedFieldTheOriginIsUnknown() {
        assertThat(walk(NETWORKS, RELAY, List.of()))
                .isEqualTo(new Origin.Unknown("there is no Received field of this server"));
        assertThat(walk(NETWORKS, RELAY, List.of(received(SENDER))))
                .isEqualTo(new Origin.Unknown("the topmost Received field does not name this server's client"));
        assertThat(walk(
                        NETWORKS,
                        RELAY,
                        List.of(received(RELAY), HeaderField.of("Received", " by me"), received(SENDER))))
                .isEqualTo(new Origin.Unknown("a Received field of a trusted server cannot be read"));
        assertThat(walk(new TrustedHops.Count(2), RELAY, List.of(received(RELAY), received(RELAY))))
                .isEqualTo(new Origin.Unknown("there are fewer Received fields than trusted hops"));
    }

    @Test
    void trustedHopsAreANumberOrNetworks() {
        assertThat(TrustedHops.parse("2")).contains(new TrustedHops.Count(2));
        assertThat(TrustedHops.parse("10.0.0.1")).isPresent();
        assertThat(TrustedHops.parse("21")).isEmpty();
        assertThat(TrustedHops.parse("-1")).isEmpty();
        assertThat(TrustedHops.parse("10.0.0.0/8,")).isEmpty();
        assertThat(TrustedHops.parse("relay.home.example")).isEmpty();
        assertThat(TrustedHops.parse("")).isEmpty();
    }
}
