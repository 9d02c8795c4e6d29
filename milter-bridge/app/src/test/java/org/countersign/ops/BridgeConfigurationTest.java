package org.countersign.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.ParsedConfiguration;
import org.countersign.milter.server.ConnectionTimeouts;
import org.countersign.milter.server.SocketPermissions;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeConfigurationTest {
    private static ParsedConfiguration parse(String text) {
        return ConfigurationParser.parse("mx.yaml", Octets.utf8(text), BridgeConfiguration.FRONT_END);
    }

    private static BridgeConfiguration settings(String text) {
        return BridgeConfiguration.of(((ParsedConfiguration.Valid) parse(text)).configuration());
    }

    @Test
    void listensOnLoopbackByDefault() {
        assertThat(settings("mode: enforce")).isEqualTo(BridgeConfiguration.DEFAULT);
        assertThat(BridgeConfiguration.DEFAULT.listen())
                .containsExactly(new ListenAddress.Inet("127.0.0.1", 8891, false));
    }

    @Test
    void listensOnTheConfiguredAddresses() {
        assertThat(settings("listen: [\"inet:[::1]:0\", \"unix:/run/countersign/milter.sock\"]")
                        .listen())
                .containsExactly(
                        new ListenAddress.Inet("::1", 0, false),
                        new ListenAddress.Unix(Path.of("/run/countersign/milter.sock")));
    }

    @Test
    void usesTheConfiguredTimeouts() {
        assertThat(settings(
                        "drain-timeout: 7s\nconnections: { max: 50, max-per-client: 20, negotiation-timeout: 1s, message-timeout: 2m, content-timeout: 3h,"
                                + " idle-timeout: 1d }"))
                .isEqualTo(new BridgeConfiguration(
                        BridgeConfiguration.DEFAULT.listen(),
                        true,
                        Duration.ofSeconds(7),
                        SocketPermissions.DEFAULT,
                        50,
                        Optional.of(20),
                        new ConnectionTimeouts(
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(2),
                                Duration.ofHours(3),
                                Duration.ofDays(1))));
    }

    @Test
    void givesSocketsAnOwnerAGroupAndAMode() {
        SocketPermissions named = settings("sockets: { owner: root, group: root, mode: \"0666\" }")
                .sockets();
        assertThat(named.owner())
                .hasValueSatisfying(owner -> assertThat(owner.getName()).isEqualTo("root"));
        assertThat(named.group())
                .hasValueSatisfying(group -> assertThat(group.getName()).isEqualTo("root"));
        assertThat(named.mode()).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(settings("sockets: { owner: 0, group: 0, mode: 666 }").sockets())
                .isEqualTo(named);
        assertThat(settings("sockets: { mode: 0750 }").sockets().mode())
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
    }

    @Test
    void namesTheSettingsThatNeedARestart() {
        BridgeConfiguration usual = BridgeConfiguration.DEFAULT;
        BridgeConfiguration elsewhere = new BridgeConfiguration(
                List.of(new ListenAddress.Inet("::1", 0, false)),
                false,
                Duration.ZERO,
                SocketPermissions.DEFAULT.withMode(Set.of()),
                5,
                Optional.empty(),
                usual.timeouts());
        assertThat(usual.waitingForRestart(usual)).isEmpty();
        assertThat(usual.waitingForRestart(elsewhere))
                .containsExactly("listen", "drain-timeout", "sockets", "connections");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inet:0.0.0.0:8891        | KEYS                                                | true",
                "inet:[::]:8891           | KEYS                                                | true",
                "inet:8891@192.0.2.1      | KEYS                                                | true",
                "inet:mx.example.org:8891 | KEYS                                                | true",
                "inet:0.0.0.0:8891        | table-file: t                                       | true",
                "inet:0.0.0.0:8891        | KEYS, when: { authenticated: false }                | true",
                "inet:0.0.0.0:8891        | KEYS, when: { authenticated: false, daemon-names: [] } | false",
                "inet:0.0.0.0:8891        | when: { authenticated: true }                       | false",
                "inet:127.0.0.1:8891      | KEYS                                                | false",
                "inet:127.1.2.3:8891      | KEYS                                                | false",
                "inet:[::1]:8891          | KEYS                                                | false",
                "inet:localhost:8891      | KEYS                                                | false",
                "unix:/run/milter.sock    | KEYS                                                | false",
            })
    void aListenAddressThatOtherMachinesReachIsAWarningIfThereAreKeys(String listen, String signing, boolean warned) {
        String keys = "keys: [{ domain: example.org, selector: s, key-file: k }]";
        ParsedConfiguration.Valid valid = (ParsedConfiguration.Valid) parse("listen: [\"inet:127.0.0.1:8890\", \""
                + listen + "\"]\nsigning: { " + signing.replace("KEYS", keys) + " }\n");
        assertThat(valid.warnings().stream().map(Object::toString))
                .hasSize(warned ? 1 : 0)
                .allMatch(warning -> warning.startsWith("mx.yaml:1: listen: "
                        + BridgeConfiguration.of(valid.configuration()).listen().get(1)
                        + " can be reached from other machines, and every client that reaches it can claim a login"));
    }

    @Test
    void anInvalidValueThatIsReadTwiceIsReportedOnce() {
        ParsedConfiguration.Invalid invalid = (ParsedConfiguration.Invalid)
                parse("signing: { table-file: t, when: { authenticated: yes, networks: [here] } }");
        assertThat(invalid.problems()).hasSize(2).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen: []          | mx.yaml:1: listen: is empty; write an address",
                "listen: [8891]      | mx.yaml:1: listen[0]: expected an address such as inet:127.0.0.1:8891 or unix",
                "drain-timeout: 1h   | mx.yaml:1: drain-timeout: expected a duration such as 500ms, 5s, 2m, 1h or 1d,"
                        + " from 0s to 10m",
                "sockets: { group: nosuch-group } | mx.yaml:1: sockets.group: expected a group of this system, by name or"
                        + " number, found \"nosuch-group\"",
                "sockets: { owner: nosuch-user } | mx.yaml:1: sockets.owner: expected a user of this system",
                "sockets: { mode: 1777 } | mx.yaml:1: sockets.mode: expected permissions such as 0660",
                "sockets: { mode: 0o660 } | mx.yaml:1: sockets.mode: expected permissions such as 0660",
                "connections: { max: 0 } | mx.yaml:1: connections.max: expected a whole number from 1 to 100000",
                "connections: { idle-timeout: 2d } | mx.yaml:1: connections.idle-timeout: expected a duration",
                "listen: inet:x:8891 | mx.yaml:1: listen: expected a list; write [\"inet:x:8891\"]",
            })
    void reportsEachInvalidValueOnce(String text, String expected) {
        ParsedConfiguration.Invalid invalid = (ParsedConfiguration.Invalid) parse(text);
        assertThat(invalid.problems()).singleElement().asString().startsWith(expected);
    }
}
