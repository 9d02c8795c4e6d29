package org.countersign.ops.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.ops.check.SystemdSockets.UnitSocket;
import org.junit.jupiter.api.Test;

class SystemdSocketsTest {
    @Test
    void theAddressesOfSocketUnitsAreRead() {
        assertThat(SystemdSockets.parse("""
                127.0.0.1:8891                         countersign.socket         countersign.service
                [::1]:8891                             countersign.socket         countersign.service
                /var/spool/postfix/countersign/m.sock  countersign-postfix.socket countersign.service
                """, ""))
                .containsExactly(
                        new UnitSocket("countersign.socket", new ListenAddress.Inet("127.0.0.1", 8891, false), false),
                        new UnitSocket("countersign.socket", new ListenAddress.Inet("::1", 8891, false), false),
                        new UnitSocket(
                                "countersign-postfix.socket",
                                new ListenAddress.Unix(Path.of("/var/spool/postfix/countersign/m.sock")),
                                false));
    }

    @Test
    void aUnitThatCouldNotOpenItsSocketHoldsNone() {
        // systemctl list-sockets shows failed units as if they were open.
        assertThat(SystemdSockets.parse(
                        """
                /run/m.sock     countersign-postfix.socket countersign.service
                127.0.0.1:8891  countersign.socket         countersign.service
                """, "countersign.socket loaded failed failed Listening socket of Countersign\n"))
                .extracting(UnitSocket::unit, UnitSocket::failed)
                .containsExactly(tuple("countersign-postfix.socket", false), tuple("countersign.socket", true));
    }

    @Test
    void withoutSystemdThereAreNone() {
        assertThat(SystemdSockets.parse("", "")).isEmpty();
        assertThat(SystemdSockets.parse("0 sockets listed.\n", "")).isEmpty();
    }
}
