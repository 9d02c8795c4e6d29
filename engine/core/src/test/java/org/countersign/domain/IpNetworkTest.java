package org.countersign.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.77/24, 192.0.2.1, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 192.0.2.1, false",
        "192.0.2.0/24, ::ffff:192.0.2.9, true",
    })
    void containsByLeadingBitsAndFamily(String network, String address, boolean expected) {
        assertThat(IpNetwork.parse(network).orElseThrow().contains(address(address)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "192.0.2",
                "192.0.2.256",
                "192.0.2.01",
                "0x7f.0.0.1",
                "192.0.2.0/33",
                "192.0.2.0/",
                "192.0.2.0/+1",
                "192.0.2.0/1000",
                "localhost",
                "example.org",
                "2001:db8::/129",
                "2001:db8:::1",
                "fe80::1%eth0",
                "[::1]",
                "1.2.3.4.5",
                "١.2.3.4"
            })
    void refusesEverythingElse(String text) {
        assertThat(IpNetwork.parse(text)).isEmpty();
    }

    @Test
    void refusesAPrefixThatIsTooLong() {
        InetAddress v4 = address("192.0.2.1");
        assertThatIllegalArgumentException().isThrownBy(() -> IpNetwork.of(v4, 33));
    }

    private static InetAddress address(String text) {
        return IpNetwork.parseAddress(text).orElseThrow();
    }
}
