package org.countersign.james.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.james.relay.ReceivedChainTest.hop;
import static org.countersign.james.relay.ReceivedChainTest.received;
import static org.countersign.james.relay.ReceivedChainTest.walk;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.countersign.domain.IpNetwork;
import org.countersign.message.Hop;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;

/** Only fields of trusted servers have influence, whatever other servers write. */
class ReceivedChainProperties {
    private static final TrustedHops OURS = TrustedHops.parse("10.0.0.0/8").orElseThrow();
    private static final Hop SENDER = hop("203.0.113.5", "mail.sender.example");

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        " ",
                        "\r\n ",
                        "from",
                        "by",
                        ";",
                        "(",
                        ")",
                        "[",
                        "]",
                        "[10.0.0.1]",
                        "[198.51.100.9]",
                        "(10.0.0.2)",
                        "helo=",
                        "EHLO x",
                        "a.example",
                        "\"",
                        "\\",
                        "IPv6:",
                        "2001:db8::1",
                        "\u00E9",
                        "\u0000",
                        "; Mon, 23 Nov 2026 12:00:00 +0000",
                        "with ESMTP id 1",
                        "for <a@b.example>")
                .list()
                .ofMaxSize(25)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<List<HeaderField>> forgeries() {
        Arbitrary<HeaderField> odd = texts().map(text -> HeaderField.of("Received", text));
        Arbitrary<HeaderField> neat = Arbitraries.integers()
                .between(1, 250)
                .map(last -> received(hop((last % 2 == 0 ? "10.0.0." : "198.51.100.") + last, "forged.example")));
        return Arbitraries.oneOf(odd, neat).list().ofMaxSize(6);
    }

    @Property
    void anyTextParsesAndYieldsOnlyAddressesInIt(@ForAll("texts") String text) {
        assertThat(ReceivedField.parse(Octets.latin1(text)).map(Hop::address))
                .matches(address -> address.isEmpty() || text.contains(IpNetwork.renderAddress(address.get())));
    }

    @Property
    void nothingBelowTheLastTrustedServerHasAnyInfluence(
            @ForAll("forgeries") List<HeaderField> forged, @ForAll @IntRange(min = 1, max = 4) int relays) {
        List<HeaderField> fields = new ArrayList<>();
        Hop peer = hop("10.0.0." + relays, "relay.home.example");
        for (int relay = relays; relay >= 1; relay--) {
            fields.add(received(hop("10.0.0." + relay, "relay.home.example")));
        }
        fields.add(received(SENDER));
        fields.addAll(forged);

        assertThat(walk(OURS, peer, fields)).isEqualTo(new Origin.Known(SENDER));
        assertThat(walk(new TrustedHops.Count(relays), peer, fields)).isEqualTo(new Origin.Known(SENDER));
    }

    @Property
    void anUntrustedClientIsAlwaysTheOriginItself(@ForAll("forgeries") List<HeaderField> forged) {
        assertThat(walk(OURS, SENDER, forged)).isEqualTo(new Origin.Known(SENDER));
    }

    @Property
    void anyHeloInATrustedFieldYieldsItsClientOrAnUnknownOrigin(@ForAll("texts") String helo) {
        HeaderField written = HeaderField.of(
                "Received",
                " from host.example (EHLO " + helo.replace("\r\n", "") + ") ([203.0.113.5])\r\n"
                        + "          by home.example (JAMES SMTP Server ) with ESMTP ID 6b1f;\r\n"
                        + "          Mon, 23 Nov 2026 12:00:05 +0000 (UTC)");
        Hop relay = hop("10.0.0.1", "relay.home.example");
        Origin origin = walk(OURS, relay, List.of(received(relay), written));

        assertThat(origin)
                .matches(any -> any instanceof Origin.Unknown
                        || (any instanceof Origin.Known(Hop client)
                                && client.address().equals(SENDER.address())));
    }
}
