package org.countersign.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8::CD30, 2001:db8::cd30",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:192.0.2.1, 1:2:3:4:5:6:c000:201",
        "::ffff:192.0.2.1, 192.0.2.1"
    })
    void parsesEveryFormAndWritesTheCanonicalOne(String text, String canonical) {
        assertThat(IpNetwork.parseAddress(text).map(IpNetwork::renderAddress)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                "1.2.3.256",
                "1.2.3.04",
                "1.2.3.4 ",
                "0x1.2.3.4",
                "localhost",
                ":",
                ":::",
                ":1",
                "1:",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::1:2:3:4:5:6:7:8",
                "12345::",
                "00001::",
                "g::",
                "::1%eth0",
                "[::1]",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3",
                "::1.2.3.4:5"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpNetwork.parseAddress(text)).isEmpty();
    }

    @Test
    void ipv6NetworkOfMappedAddressesContainsNoAddress() throws UnknownHostException {
        IpNetwork mapped = IpNetwork.parseIpv6("::ffff:192.0.2.1", 96).orElseThrow();
        assertThat(mapped.contains(InetAddress.getByName("192.0.2.1"))).isFalse();
        assertThat(mapped).hasToString("::ffff:c000:201/96");
    }

    @Test
    void aPlainAddressHasNoScopeAndIsNotMapped() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 4};
        assertThat(IpNetwork.plain(Inet6Address.getByAddress(null, mapped, 0))).isInstanceOf(Inet4Address.class);
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        InetAddress scoped = Inet6Address.getByAddress(null, linkLocal, 3);
        assertThat(IpNetwork.plain(scoped).getHostAddress()).doesNotContain("%");
    }

    @ParameterizedTest
    @CsvSource({"25, true", "26, false", "0, true", "32, false"})
    void comparesLeadingBitsOnly(int length, boolean shared) throws UnknownHostException {
        byte[] left = InetAddress.getByName("192.0.2.1").getAddress();
        byte[] right = InetAddress.getByName("192.0.2.65").getAddress();
        assertThat(IpNetwork.sharePrefix(left, right, length)).isEqualTo(shared);
    }

    @Test
    void addressesOfDifferentFamiliesShareNoPrefix() {
        assertThat(IpNetwork.sharePrefix(new byte[4], new byte[16], 0)).isFalse();
    }
}
