package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSettingsTest {
    private static ParsedConfiguration parse(String address) {
        return ConfigurationParser.parse(
                "mx.yaml", Octets.utf8("http: { listen: \"" + address + "\" }"), BridgeConfiguration.FRONT_END);
    }

    private static ParsedConfiguration.Valid valid(String address) {
        return (ParsedConfiguration.Valid) parse(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9891", "[::1]:9891", "localhost:0"})
    void listensOnALoopbackAddressWithoutAWarning(String address) {
        ParsedConfiguration.Valid valid = valid(address);
        assertThat(HttpSettings.of(valid.configuration()).listen()).hasToString("Optional[" + address + "]");
        assertThat(valid.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9891", "[::]:9891", "mx.example.org:9891", "192.0.2.1:80"})
    void anAddressThatOtherMachinesReachIsAWarning(String address) {
        ParsedConfiguration.Valid valid = valid(address);
        assertThat(HttpSettings.of(valid.configuration()).listen()).isPresent();
        assertThat(valid.warnings())
                .singleElement()
                .asString()
                .startsWith("mx.yaml:1: http.listen: " + address + " can be reached from other machines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9891", "127.0.0.1", "127.0.0.1:", ":9891", "9891@127.0.0.1", "::1:9891", "a:99999"})
    void everythingElseIsNoAddress(String address) {
        assertThat(parse(address))
                .isInstanceOfSatisfying(
                        ParsedConfiguration.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .singleElement()
                                .asString()
                                .contains("http.listen", "an address such as 127.0.0.1:9891 or [::1]:9891"));
    }

    @Test
    void nothingIsServedByDefault() {
        ParsedConfiguration.Valid empty = (ParsedConfiguration.Valid)
                ConfigurationParser.parse("mx.yaml", Octets.EMPTY, BridgeConfiguration.FRONT_END);
        assertThat(HttpSettings.of(empty.configuration())).isEqualTo(HttpSettings.OFF);
    }
}
