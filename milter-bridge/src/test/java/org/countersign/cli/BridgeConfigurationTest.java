package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeConfigurationTest {
    private static ParsedConfiguration<BridgeConfiguration> parse(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), BridgeConfiguration::read);
    }

    @Test
    void listensOnLoopbackByDefault() {
        assertThat(parse("mode: enforce"))
                .isInstanceOfSatisfying(
                        ParsedConfiguration.Valid.class,
                        valid -> assertThat(valid.host()).isEqualTo(BridgeConfiguration.DEFAULT));
        assertThat(BridgeConfiguration.DEFAULT.listen())
                .containsExactly(new ListenAddress.Inet("127.0.0.1", 8891, false));
    }

    @Test
    void listensWhereItIsTold() {
        assertThat(parse("listen: [\"inet:[::1]:0\", \"unix:/run/countersign/milter.sock\"]"))
                .isInstanceOfSatisfying(
                        ParsedConfiguration.Valid.class,
                        valid -> assertThat(valid.host())
                                .isEqualTo(new BridgeConfiguration(List.of(
                                        new ListenAddress.Inet("::1", 0, false),
                                        new ListenAddress.Unix(Path.of("/run/countersign/milter.sock"))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen: []          | mx.yaml:1: listen: is empty; write an address",
                "listen: [8891]      | mx.yaml:1: listen[0]: expected an address such as inet:127.0.0.1:8891 or unix",
                "listen: inet:x:8891 | mx.yaml:1: listen: expected a list; write [\"inet:x:8891\"]",
            })
    void refusesWhatIsNoAddressOnce(String text, String expected) {
        ParsedConfiguration.Invalid<BridgeConfiguration> invalid =
                (ParsedConfiguration.Invalid<BridgeConfiguration>) parse(text);
        assertThat(invalid.problems()).singleElement().asString().startsWith(expected);
    }
}
