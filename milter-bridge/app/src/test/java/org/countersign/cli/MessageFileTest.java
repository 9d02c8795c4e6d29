package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.StaticZone;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code check} and {@code sign} read a file as the filter receives it from a mail server. */
class MessageFileTest {
    private static final String HEADER = "From: a@example.org\r\nSubject: x\r\n";
    private static final String BODY = "Hello\r\nthere\r\n";

    @TempDir
    private Path temp;

    private ZoneServer dns = ZoneServer.start(StaticZone.builder().build());
    private String signed = "";

    @BeforeEach
    void signOne() throws IOException {
        CommandRun.of(
                "keygen",
                "--domain=example.org",
                "--selector=s",
                "--algorithm=ed25519",
                "--out=" + temp.resolve("keys"));
        String record =
                Files.readString(temp.resolve("keys/example.org.s.zone")).split("\"", -1)[1];
        dns.close();
        dns = ZoneServer.start(StaticZone.builder()
                .txt("s._domainkey.example.org", record)
                .txt("_dmarc.example.org", "v=DMARC1; p=reject")
                .build());
        signed = sign(HEADER + "\r\n" + BODY).out();
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    private CommandRun sign(String message) {
        return CommandRun.withInput(
                message,
                "sign",
                "-",
                "--domain=example.org",
                "--selector=s",
                "--key=" + temp.resolve("keys/example.org.s.pem"));
    }

    private CommandRun check(String message, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "check",
                "-",
                "--json",
                "--ip=192.0.2.1",
                "--helo=mail.example.org",
                "--mail-from=a@example.org",
                "--dns=127.0.0.1:" + dns.address().getPort()));
        args.addAll(List.of(more));
        return CommandRun.withInput(message, args.toArray(String[]::new));
    }

    private void assertPasses(String message) throws IOException {
        CommandRun run = check(message);
        assertThat(run.json()).containsEntry("/dkim/0/result", "pass").containsEntry("/dmarc/result", "pass");
    }

    @Test
    void everyMixOfLineEndsBecomesCrlf() throws IOException {
        String[] halves = signed.split("(?<=\r\n\r\n)", -1);
        assertPasses(signed);
        assertPasses(signed.replace("\r\n", "\n"));
        assertPasses(halves[0].replace("\r\n", "\n") + halves[1]);
        assertPasses(halves[0] + halves[1].replace("\r\n", "\n"));
        assertPasses("Return-Path: <a@example.org>\nDelivered-To: b@example.net\n" + signed);
        assertPasses(signed.replace("Hello\r\n", "Hello\n"));
        assertPasses(signed.replace("there\r\n", "there\n"));
        assertPasses(signed.replace("Subject: x\r\n", "Subject: x\n"));
    }

    @Test
    void aMessageOfMixedLineEndsIsSignedAsItIsSent() throws IOException {
        CommandRun run = sign("From: a@example.org\nSubject: x\r\n\nHello\r\nthere\nyou\r\n");
        assertThat(run.out()).endsWith("From: a@example.org\nSubject: x\r\n\nHello\r\nthere\nyou\r\n");
        assertPasses(run.out());
        assertPasses(run.out().replace("\r\n", "\n").replace("\n", "\r\n"));
    }

    @Test
    void aMissingEmptyLineIsHandledAsMailServersDo() throws IOException {
        assertPasses(signed.replace("\r\n\r\n", "\r\n"));
        CommandRun run = sign(HEADER + BODY);
        assertThat(run.status()).isZero();
        assertThat(run.out()).endsWith(HEADER + "\r\n" + BODY);
        assertPasses(run.out());
    }

    @Test
    void aFieldOfMoreThan256KibIsReadWhole() throws IOException {
        String recipients = "To: " + "a.long.recipient@example.net,\r\n ".repeat(9_000) + "b@example.net\r\n";
        CommandRun run = sign(recipients + HEADER + "\r\n" + BODY);
        assertThat(run.status()).isZero();
        assertPasses(run.out());
    }

    @Test
    void bothCommandsRefuseAHeaderSectionBeyondTheLimitOfTheFilter() throws IOException {
        String recipients = "To: " + "a.long.recipient@example.net,\r\n ".repeat(36_000) + "b@example.net\r\n";
        for (String message :
                List.of(recipients + HEADER + "\r\n" + BODY, "X: y\r\n".repeat(2_000) + HEADER + "\r\n" + BODY)) {
            CommandRun run = sign(message);
            assertThat(run.status()).isEqualTo(65);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("2,000 fields or 1 MiB").hasLineCount(1);
            assertThat(check(message).json())
                    .containsEntry("/rule", "oversized-header")
                    .containsEntry("/header-too-large", "true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\0"})
    void bothCommandsRefuseAHeaderSectionWithStrayLineEnds(String stray) throws IOException {
        String message = HEADER + "X: y" + stray + "From: b@example.net\r\n\r\n" + BODY;
        CommandRun run = sign(message);
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("is not signed: its header section has ").hasLineCount(1);
        assertThat(check(message).json()).containsEntry("/rule", "broken-header");
    }

    @Test
    void anMboxFileWithSeveralMessagesIsNotSigned() throws IOException {
        String one = "From a@example.org Mon Nov 23 10:00:00 2026\n" + signed.replace("\r\n", "\n") + "\n";
        Path two = Files.writeString(temp.resolve("two.mbox"), one + one, StandardCharsets.ISO_8859_1);
        CommandRun run = CommandRun.of(
                "sign",
                two.toString(),
                "--domain=example.org",
                "--selector=s",
                "--key=" + temp.resolve("keys/example.org.s.pem"));
        assertThat(run.status()).isEqualTo(65);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("countersign: " + two + " is an mbox file with 2 messages")
                .contains("formail -s")
                .hasLineCount(1);
    }

    @Test
    void anMboxFileWithOneMessageIsReadWithANote() throws IOException {
        CommandRun run = check("From a@example.org Mon Nov 23 10:00:00 2026\n" + signed.replace("\r\n", "\n"));
        assertThat(run.json()).containsEntry("/dkim/0/result", "pass");
        assertThat(run.err())
                .isEqualTo("countersign: note: standard input is an mbox file with one message; its first line is"
                        + " not part of the message\n");
    }

    @Test
    void aBodyLineThatBeginsWithFromIsNoSeparator() throws IOException {
        CommandRun run = sign("From a@example.org Mon Nov 23 10:00:00 2026\n" + HEADER.replace("\r\n", "\n")
                + "\n\nFrom what I know, it works.\n\nFrom now on.\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void theTemporaryCopyOfStandardInputIsDeleted() throws CommandFailure {
        Streams streams = new Streams(
                new ByteArrayInputStream(HEADER.getBytes(StandardCharsets.US_ASCII)), System.out, System.err);
        MessageFile message = MessageFile.open("-", streams);
        message.close();
        assertThatThrownBy(message::stream).isInstanceOf(CommandFailure.class);
    }
}
