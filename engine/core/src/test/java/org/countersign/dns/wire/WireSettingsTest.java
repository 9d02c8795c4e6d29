package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireSettingsTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @Test
    void takesServersWithTheDefaultTimeoutAndTrustsNoBit() {
        assertThat(WireSettings.of(SERVER))
                .isEqualTo(new WireSettings(List.of(SERVER), WireSettings.DEFAULT_TIMEOUT, false));
    }

    @Test
    void requiresBetweenOneAndSixteenServers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireSettings(List.of(), TIMEOUT, false))
                .withMessage("at least one DNS server is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireSettings(Collections.nCopies(17, SERVER), TIMEOUT, false))
                .withMessage("at most 16 DNS servers make sense, not 17");
    }

    @Test
    void requiresAddressesWithAPort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireSettings.of(InetSocketAddress.createUnresolved("resolver.example", 53)))
                .withMessageContaining("resolver.example");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WireSettings.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withMessageContaining("port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT61S"})
    void requiresATimeoutAboveZeroAndUpToAMinute(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireSettings(List.of(SERVER), timeout, false))
                .withMessageContaining("timeout");
    }

    @Test
    void theSystemAlwaysHasAResolver() {
        assertThat(SystemResolvers.servers())
                .isNotEmpty()
                .allSatisfy(server -> assertThat(server.isUnresolved()).isFalse());
    }
}
