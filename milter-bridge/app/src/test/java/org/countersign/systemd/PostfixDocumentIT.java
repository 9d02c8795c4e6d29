package org.countersign.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.countersign.cli.Markdown;
import org.countersign.postfix.DeliveredMessage;
import org.countersign.postfix.IndependentVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * docs/postfix.md, followed word for word on a mail server of its own. Only the commands that install and remove the
 * package itself are left out.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class PostfixDocumentIT {
    private static final String DOCUMENT = "docs/postfix.md";
    private static final String POLICY = InstalledService.POLICY;
    private static final String KEY_FILE = "/etc/countersign/keys/example.org.s2026.zone";
    private static final String KEY_NAME = "s2026._domainkey.example.org";
    private static final String REFUSED = "550 5.7.26 Email rejected per DMARC policy for example.com";
    private static final Pattern QUEUED = Pattern.compile("queued as ([0-9A-Za-z]+)");

    private final List<String> run = new ArrayList<>();
    private MailHost host;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        MailHost.assumePossible();
        IndependentVerifier.assumeInstalled();
        host = MailHost.start();
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    /** Does what a section says, and returns what its commands print. */
    private String follow(String section, String queueId) throws IOException, InterruptedException {
        StringBuilder output = new StringBuilder();
        for (Markdown.Block block : Markdown.blocks(DOCUMENT)) {
            if (!block.section().equals(section)) {
                continue;
            }
            switch (block.language()) {
                case "sh" -> {
                    for (String command : block.text().lines().toList()) {
                        run.add(command);
                        if (!command.startsWith("dpkg ") && !command.startsWith("apt-get ")) {
                            output.append(host.run(command.replace("QUEUEID", queueId)))
                                    .append('\n');
                        }
                    }
                }
                case "main.cf", "master.cf" -> host.addToPostfix(block.language(), block.text());
                case "yaml" -> writePolicy(block.text());
                default -> {
                    assertThat(block.language()).isEmpty();
                    if (block.text().startsWith("dig ")) {
                        // The reader publishes the record and waits for it.
                        host.publish(KEY_FILE);
                    }
                }
            }
        }
        return output.toString();
    }

    private String follow(String section) throws IOException, InterruptedException {
        return follow(section, "QUEUEID");
    }

    /**
     * Writes a whole policy file, or changes the mode and adds the other lines. The name server has time to answer, because
     * the machine may stand still for some seconds.
     */
    private void writePolicy(String text) throws IOException {
        if (text.contains("authserv-id:")) {
            host.systemd().write(POLICY, text + "dns: { timeout: 30s, deadline: 60s }\n");
        } else {
            String kept = host.systemd().read(POLICY);
            if (text.contains("mode:")) {
                kept = kept.replaceFirst("mode: .*\n", "");
            }
            host.systemd().write(POLICY, kept + text);
        }
    }

    private void connectAndSign() throws IOException, InterruptedException {
        follow("2. Connect Postfix");
        follow("3. Sign outbound mail");
    }

    @Test
    void theStepsLeadToAMailServerThatSignsAndRefusesForgedMailAlsoAfterARestart() throws Exception {
        assertThat(follow("1. Install")).contains("active (running)", "Listening on inet:127.0.0.1:8891; mode monitor");
        follow("2. Connect Postfix");
        assertThat(host.systemd().property("countersign.service", "StatusText"))
                .isEqualTo("Listening on unix:/var/spool/postfix/countersign/milter.sock; mode monitor, 0 keys");
        assertThat(follow("3. Sign outbound mail")).contains("\nOK: ", "Listening on unix:", "; mode monitor, 1 key\"");
        follow("4. Submissions of your users");

        String forged = follow("5. Try it");
        assertSigned(host.takeOnlyMessage("you@example.net"), "root <root@example.org>");
        assertThat(host.takeOnlyMessage("you@example.org").values("Authentication-Results"))
                .singleElement()
                .asString()
                .contains("mx.example.org", "dmarc=fail", "monitor: would be reject");
        submitAsAlice();
        assertSigned(host.takeOnlyMessage("you@example.net"), "alice@example.org");

        String id = queueId(forged);
        host.awaitOutput("countersign why " + id, "dmarc");
        assertThat(follow("6. Read the log, and ask why", id))
                .contains("queue-id=" + id, "would-be=reject", "dmarc-reject", "203.0.113.66");
        assertThat(follow("7. Reject forged mail")).contains("would-be=reject");
        host.awaitOutput("journalctl -q -u countersign", "event=reloaded mode=enforce");
        assertForgedMailIsRefused();

        host.restartServices();
        assertForgedMailIsRefused();
        host.run(only("printf"));
        assertSigned(host.takeOnlyMessage("you@example.net"), "root <root@example.org>");
        assertThat(host.run("countersign why --last 20")).contains(id);

        assertThat(follow("Remove")).isBlank();
        host.run("systemctl stop countersign countersign-postfix.socket");
        assertThat(host.systemd().run("sh", "-c", only("swaks")).output()).contains("250 2.0.0 Ok: queued");
        assertThat(host.takeOnlyMessage("you@example.org").values("Authentication-Results"))
                .isEmpty();
        assertEveryCommandWasRunExcept("postqueue -p", "postcat -q QUEUEID", "postsuper -H QUEUEID");
    }

    private void assertEveryCommandWasRunExcept(String... others) throws IOException {
        List<String> expected = new ArrayList<>(run);
        expected.addAll(List.of(others));
        assertThat(Markdown.commands(DOCUMENT)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void bouncesAreSignedAndSuspiciousMailIsHeldUntilItIsReleased() throws Exception {
        connectAndSign();
        writePolicy("mode: enforce\n");
        writePolicy(Markdown.blocks(DOCUMENT).stream()
                .filter(block ->
                        block.section().equals("Quarantine") && block.language().equals("yaml"))
                .findFirst()
                .orElseThrow()
                .text());
        host.run("systemctl reload countersign");
        host.run(only("postconf -e"));
        host.run("systemctl reload postfix");
        String reply = host.run(only("swaks").replace("ceo@example.com", "news@shop.example"));
        String id = queueId(reply);
        host.awaitOutput("journalctl -q -u postfix@-", "milter triggers HOLD action");
        assertThat(host.run("postqueue -p")).contains(id + "!");
        assertThat(host.run("postcat -q " + id)).contains("X-Countersign-Verdict: quarantine");
        host.run("postsuper -H " + id);
        host.run("postqueue -f");
        assertThat(host.takeOnlyMessage("you@example.org").values("From")).containsExactly("news@shop.example");

        host.run("printf 'Subject: bounce\\n\\n' | sendmail -f you@example.org nobody@elsewhere.example");
        assertSigned(host.takeOnlyMessage("you@example.org"), "Mail Delivery System <MAILER-DAEMON@example.org>");
    }

    @Test
    void aTcpSocketNeedsOneLineAndNoCommand() throws Exception {
        assertThat(Files.readString(root().resolve(DOCUMENT))).contains("`smtpd_milters = inet:127.0.0.1:8891`");
        host.addToPostfix("main.cf", "smtpd_milters = inet:127.0.0.1:8891\n");
        host.run("systemctl reload postfix");
        host.run(only("postconf -e"));
        host.run("systemctl reload postfix");
        host.run(only("swaks"));
        assertThat(host.takeOnlyMessage("you@example.org").values("Authentication-Results"))
                .singleElement()
                .asString()
                .contains("mx.example.org", "dmarc=fail");
    }

    @Test
    void theSymptomsOfASocketThatCannotBeReachedAreDescribed() throws Exception {
        connectAndSign();
        host.run(only("postconf -e"));
        host.run("systemctl reload postfix");
        host.run("chgrp nogroup /var/spool/postfix/countersign/milter.sock");
        assertDeferred("connect to Milter service unix:countersign/milter.sock: Permission denied");
        host.run("systemctl stop countersign countersign-postfix.socket");
        assertDeferred("connect to Milter service unix:countersign/milter.sock: No such file or directory");
        host.run("postconf -e smtpd_milters=inet:127.0.0.1:8891; systemctl reload postfix");
        assertDeferred("connect to Milter service inet:127.0.0.1:8891: Connection refused");
    }

    private void assertDeferred(String line) throws Exception {
        String reply = "451 4.7.1 Service unavailable - try again later";
        assertThat(Files.readString(root().resolve(DOCUMENT))).contains("`" + line + "`", "`" + reply + "`");
        assertThat(host.systemd().run("sh", "-c", only("swaks")).output()).contains(reply);
        host.awaitOutput("journalctl -q -u postfix@-", line);
    }

    private void assertForgedMailIsRefused() throws Exception {
        String text = Files.readString(root().resolve(DOCUMENT));
        assertThat(text).contains("\n" + REFUSED + "\n");
        assertThat(host.systemd().run("sh", "-c", only("swaks")).output()).contains("<** " + REFUSED);
    }

    private void submitAsAlice() throws Exception {
        host.run("swaks --server 127.0.0.1:587 --tls --auth PLAIN --auth-user alice@example.org --auth-password secret"
                + " --from alice@example.org --to you@example.net");
    }

    private void assertSigned(DeliveredMessage message, String author) throws Exception {
        assertThat(message.values("From")).as(message.text()).containsExactly(author);
        assertThat(message.values("DKIM-Signature")).singleElement().asString().contains("d=example.org;");
        String record =
                host.systemd().read(KEY_FILE).replaceFirst("^[^\"]*\"", "").replaceFirst("\"[^\"]*$", "");
        assertThat(IndependentVerifier.verifies(
                        message.octets(), Map.of(KEY_NAME, record.replaceAll("\"\\s+\"", "")), Instant.now()))
                .isTrue();
    }

    private static String queueId(String output) {
        Matcher found = QUEUED.matcher(output);
        assertThat(found.find()).as(output).isTrue();
        return found.group(1);
    }

    /** The only command of the document that begins with these words. */
    private static String only(String words) throws IOException {
        List<String> found = Markdown.commands(DOCUMENT).stream()
                .filter(line -> line.startsWith(words))
                .toList();
        assertThat(found).as(words).hasSize(1);
        return found.getFirst();
    }

    private static Path root() {
        return Path.of(System.getProperty("countersign.root"));
    }
}
