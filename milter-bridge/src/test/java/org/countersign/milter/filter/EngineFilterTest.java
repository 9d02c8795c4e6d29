package org.countersign.milter.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.countersign.config.Configuration;
import org.countersign.config.EngineAssembly;
import org.countersign.dns.StaticZone;
import org.countersign.domain.ReversePath;
import org.countersign.message.HeaderField;
import org.countersign.milter.session.Envelope;
import org.countersign.milter.session.MacroValues;
import org.countersign.milter.session.MessageTransaction;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.signing.SigningPolicy;
import org.junit.jupiter.api.Test;

class EngineFilterTest {
    private final EngineFilter filter = new EngineFilter(
            EngineAssembly.engine(
                    Configuration.DEFAULT,
                    SigningPolicy.NOTHING,
                    StaticZone.builder().build(),
                    InstantSource.system(),
                    (key, state) -> {}),
            finished -> {},
            InstantSource.system());

    @Test
    void theNameThatTheMailServerHasConfirmedIsInTheResults() {
        assertThat(results(ClientAddress.parseIp("2001:db8::1", 25), "mail.client.example"))
                .endsWith(" iprev=pass (mail.client.example) policy.iprev=\"2001:db8::1\"");
    }

    @Test
    void aClientWithoutOneIsNotSaidToHaveOne() {
        assertThat(results(ClientAddress.parseIp("192.0.2.1", 25), "unknown")).doesNotContain("iprev");
        assertThat(results(ClientAddress.parseIp("192.0.2.1", 25), "[192.0.2.1]"))
                .doesNotContain("iprev");
        assertThat(results(new ClientAddress.Unknown(), "mail.client.example")).doesNotContain("iprev");
    }

    private String results(ClientAddress address, String name) {
        Envelope envelope = new Envelope(
                address, name, "helo", ReversePath.parse("a@client.example"), List.of(), new MacroValues(Map.of()));
        try (MessageTransaction message = filter.begin(envelope)) {
            message.header(HeaderField.of("From", " a@client.example"));
            message.endOfHeaders();
            return message.finish(envelope.macros())
                    .insertions()
                    .getFirst()
                    .value()
                    .latin1()
                    .replace("\r\n", "");
        }
    }
}
