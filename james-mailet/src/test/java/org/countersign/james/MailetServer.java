package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.countersign.testing.TestKeys;
import org.countersign.testing.ZoneServer;

/** Starts a server with the examples of MAILETS.md. */
final class MailetServer {
    static final String CHAIN = """
        <auth><announce>always</announce><plainAuthEnabled>true</plainAuthEnabled><requireSSL>false</requireSSL></auth>
        <handlerchain>
          <handler class="org.countersign.james.AnyPasswordHook"/>
          <handler class="org.apache.james.smtpserver.CoreCmdHandlerLoader"/>
        </handlerchain>
        """;

    private MailetServer() {}

    /** Writes the policy file of the page, its key file, and the DNS server of the test, which has time to answer. */
    static Path policy(Path directory, ZoneServer dns) throws Exception {
        Path key = Files.writeString(directory.resolve("sender.example.pem"), TestKeys.RSA_PEM);
        assertThat(key.toFile().setReadable(false, false) && key.toFile().setReadable(true, true))
                .isTrue();
        return Files.writeString(
                directory.resolve("countersign.yaml"),
                swap(
                        Readme.mailets("yaml", "signing:"),
                        "127.0.0.1:53\"]",
                        "127.0.0.1:" + dns.address().getPort() + "\"]\n  timeout: 30s\n  deadline: 60s"));
    }

    static String swap(String text, String example, String ours) {
        assertThat(text).containsOnlyOnce(example);
        return text.replace(example, ours);
    }

    /** A processor that stores all mail. */
    static String repository(String state) {
        return """
            <processor state="%1$s">
              <mailet match="All" class="ToRepository">
                <repositoryPath>memory://var/mail/%1$s/</repositoryPath>
              </mailet>
            </processor>
            """.formatted(state);
    }
}
