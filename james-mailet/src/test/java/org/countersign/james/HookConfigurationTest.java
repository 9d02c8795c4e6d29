package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.countersign.james.InboundFixture.BOB;
import static org.countersign.james.InboundFixture.FORGER;
import static org.countersign.james.InboundFixture.SENDER;
import static org.countersign.james.InboundFixture.octets;
import static org.countersign.james.InboundFixture.sampleMessage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.countersign.testing.SmtpConnection;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of the hook in James, and its policy file. */
class HookConfigurationTest {
    @TempDir
    private Path directory;

    private Path policy(String... lines) throws Exception {
        return Files.writeString(directory.resolve("mx.yaml"), String.join("\n", lines) + "\n");
    }

    private static AuthenticationHook initialized(Path file) throws ConfigurationException {
        BaseHierarchicalConfiguration handler = new BaseHierarchicalConfiguration();
        handler.addProperty("config", " " + file + " ");
        AuthenticationHook hook = new AuthenticationHook();
        hook.init(handler);
        return hook;
    }

    @Test
    void jamesDoesNotStartIfAnExampleOfThePolicyFails() throws Exception {
        Path file = policy("examples: [{ name: ours, author: a@example.org, expect: reject }]");
        assertThatThrownBy(() -> initialized(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ":1: examples[0]: the example ours: expected reject, got accept by the rule default;"
                        + " run countersign policy test for details");
    }

    @Test
    void usesThePolicyFileAndItsDnsServers() throws Exception {
        try (ZoneServer dns = ZoneServer.start(InboundFixture.zone());
                HookLogCapture log = new HookLogCapture()) {
            Path file = policy(
                    "mode: enforce",
                    "listen: [\"inet:127.0.0.1:8891\"]",
                    "dns: { servers: [\"127.0.0.1:" + dns.address().getPort() + "\"], timeout: 30s, deadline: 60s }",
                    "inbound: { skip-networks: [\"" + FORGER + "\"] }");
            try (HookedServer server = HookedServer.behindProxy(initialized(file))) {
                assertThat(code(server, SENDER, "x@forger.example")).isEqualTo(550);
                assertThat(code(server, SENDER, "x@sender.example")).isEqualTo(250);
                assertThat(code(server, FORGER, "x@forger.example")).isEqualTo(250);
            }
            assertThat(dns.queries("_dmarc.sender.example")).isEqualTo(1);
            assertThat(log.lines()).contains("INFO policy-loaded policy-file=" + file + " mode=enforce keys=0");
        }
    }

    private static int code(HookedServer server, String client, String mailFrom) throws Exception {
        try (SmtpConnection smtp = server.from(client, "mail.forger.example")) {
            return smtp.send(mailFrom, List.of(BOB), octets(sampleMessage("ceo@sender.example")))
                    .code();
        }
    }

    @Test
    void namesTheErrorInThePolicyFileAndItsPlace() throws Exception {
        Path file = policy("mode: enforced", "inbound: { skip-network: [] }");
        assertThatThrownBy(() -> initialized(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file + ":1: mode: ")
                .hasMessageContaining(file + ":2: inbound.skip-network: unknown key; did you mean skip-networks?");
    }

    @Test
    void reportsAMissingPolicyFile() {
        Path file = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> initialized(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + " does not exist: check the name");
    }

    @Test
    void reportsADirectoryInPlaceOfAPolicyFile() {
        assertThatThrownBy(() -> initialized(directory))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(directory + " is a directory: name a file in it");
    }

    @Test
    void requiresThePolicyFile() {
        assertThatThrownBy(() -> new AuthenticationHook().init(new BaseHierarchicalConfiguration()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("lacks <config>");
    }
}
