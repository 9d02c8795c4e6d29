package org.countersign.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "inet:localhost:8891, localhost, 8891, false",
        "inet:8891@localhost, localhost, 8891, false",
        "INET:127.0.0.1:0, 127.0.0.1, 0, false",
        "inet:[::1]:8891, ::1, 8891, false",
        "inet6:localhost:8891, localhost, 8891, true",
        "inet6:8891@::1, ::1, 8891, false",
        "inet6:8891@[::1], ::1, 8891, false",
        "inet6:[::1]:8891, ::1, 8891, false"
    })
    void readsBothNotationsOfTcp(String text, String host, int port, boolean version6) {
        ListenAddress.Inet inet = new ListenAddress.Inet(host, port, version6);
        assertThat(ListenAddress.parse(text)).contains(inet);
        assertThat(ListenAddress.parse(inet.toString())).contains(inet);
    }

    @Test
    void theAddressOfASocketIsWrittenAsUsersWriteIt() throws UnknownHostException {
        assertThat(ListenAddress.of(new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 8891)))
                .hasToString("inet:[2001:db8::1]:8891");
        assertThat(ListenAddress.of(new InetSocketAddress(InetAddress.getByName("fe80::1%1"), 8891)))
                .hasToString("inet:[fe80::1%1]:8891");
        assertThat(ListenAddress.of(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 8891)))
                .hasToString("inet:192.0.2.1:8891");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:/run/countersign.sock", "local:/run/countersign.sock"})
    void readsBothNotationsOfUnixSockets(String text) {
        assertThat(ListenAddress.parse(text))
                .contains(new ListenAddress.Unix(Path.of("/run/countersign.sock")))
                .map(Object::toString)
                .contains("unix:/run/countersign.sock");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8891",
                "inet:",
                "inet:8891",
                "inet::8891",
                "inet:localhost:",
                "inet:localhost:65536",
                "inet:localhost:-1",
                "inet:localhost:x",
                "inet:8891@",
                "inet:::1:8891",
                "unix:",
                "unix:/a\0b",
                "fd:3"
            })
    void rejectsAnythingElse(String text) {
        assertThat(ListenAddress.parse(text)).isEmpty();
    }

    @Test
    void usesOnlyAddressesOfTheFamily() throws IOException {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> new ListenAddress.Inet("127.0.0.1", 1, true).resolve());
        assertThat(new ListenAddress.Inet("127.0.0.1", 1, false).resolve())
                .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }
}
