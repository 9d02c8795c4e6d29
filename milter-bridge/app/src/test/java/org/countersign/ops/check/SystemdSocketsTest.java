package org.countersign.ops.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.countersign.milter.wire.ListenAddress;
import org.junit.jupiter.api.Test;

class SystemdSocketsTest {
    @Test
    void theAddressesOfSocketUnitsAreRead() {
        assertThat(SystemdSockets.parse("""
                127.0.0.1:8891                         countersign.socket         countersign.service
                [::1]:8891                             countersign.socket         countersign.service
                /var/spool/postfix/countersign/m.sock  countersign-postfix.socket countersign.service
                """))
                .containsExactly(
                        new ListenAddress.Inet("127.0.0.1", 8891, false),
                        new ListenAddress.Inet("::1", 8891, false),
                        new ListenAddress.Unix(Path.of("/var/spool/postfix/countersign/m.sock")));
    }

    @Test
    void withoutSystemdThereAreNone() {
        assertThat(SystemdSockets.parse("")).isEmpty();
        assertThat(SystemdSockets.parse("0 sockets listed.\n")).isEmpty();
    }
}
