package org.countersign.ops.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class UnixDatagramSenderIT {
    private static final SendResult SENT = new SendResult.Sent();

    @TempDir
    private Path folder;

    @BeforeEach
    void needsForeignFunctions() {
        assumeTrue(Runtime.version().feature() >= 22, "needs Java 22");
        assumeTrue(System.getProperty("os.name", "").equals("Linux"), "needs Linux");
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String reason(SendResult result) {
        return ((SendResult.Unreachable) result).reason();
    }

    @Test
    void sendsToAPath() throws IOException {
        String path = folder.resolve("log").toString();
        try (DatagramReceiver receiver = DatagramReceiver.at(path);
                UnixDatagramSender sender = UnixDatagramSender.to(path)) {
            assertThat(sender.send(octets("first"))).isEqualTo(SENT);
            assertThat(sender.send(octets(""))).isEqualTo(SENT);
            assertThat(sender.send(octets("\u00fc\0\n"))).isEqualTo(SENT);
            assertThat(receiver.nextText()).isEqualTo("first");
            assertThat(receiver.nextText()).isEmpty();
            assertThat(receiver.nextText()).isEqualTo("\u00fc\0\n");
        }
    }

    @Test
    void sendsToAnAbstractName() throws IOException {
        String name = "@countersign-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        try (DatagramReceiver receiver = DatagramReceiver.at(name);
                UnixDatagramSender sender = UnixDatagramSender.to(name)) {
            assertThat(sender.send(octets("READY=1"))).isEqualTo(SENT);
            assertThat(receiver.nextText()).isEqualTo("READY=1");
        }
    }

    @Test
    void aFullQueueDoesNotBlockAndTakesDatagramsAgainLater() throws IOException {
        String path = folder.resolve("log").toString();
        try (DatagramReceiver receiver = DatagramReceiver.at(path);
                UnixDatagramSender sender = UnixDatagramSender.to(path)) {
            SendResult result = SENT;
            for (int i = 0; i < 100_000 && result.equals(SENT); i++) {
                result = sender.send(octets("line " + i));
            }
            assertThat(result).isEqualTo(new SendResult.WouldBlock());
            assertThat(receiver.nextText()).isEqualTo("line 0");
            assertThat(sender.send(octets("later"))).isEqualTo(SENT);
        }
    }

    @Test
    void aDatagramThatIsTooLongIsNotSent() throws IOException {
        String path = folder.resolve("log").toString();
        try (DatagramReceiver receiver = DatagramReceiver.at(path);
                UnixDatagramSender sender = UnixDatagramSender.to(path)) {
            assertThat(sender.send(new byte[64 << 20])).isEqualTo(new SendResult.TooLong());
            assertThat(sender.send(octets("short"))).isEqualTo(SENT);
            assertThat(receiver.nextText()).isEqualTo("short");
        }
    }

    @Test
    void findsAReceiverThatWasRestarted() throws IOException {
        Path path = folder.resolve("log");
        try (UnixDatagramSender sender = UnixDatagramSender.to(path.toString())) {
            assertThat(reason(sender.send(octets("before")))).isEqualTo("No such file or directory");
            try (DatagramReceiver receiver = DatagramReceiver.at(path.toString())) {
                assertThat(sender.send(octets("one"))).isEqualTo(SENT);
                assertThat(receiver.nextText()).isEqualTo("one");
            }
            assertThat(reason(sender.send(octets("between")))).isEqualTo("Connection refused");
            Files.delete(path);
            try (DatagramReceiver receiver = DatagramReceiver.at(path.toString())) {
                assertThat(sender.send(octets("two"))).isEqualTo(SENT);
                assertThat(receiver.nextText()).isEqualTo("two");
            }
        }
    }

    @Test
    void nothingIsSentToASocketForStreams() throws IOException {
        Path path = folder.resolve("stream");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                UnixDatagramSender sender = UnixDatagramSender.to(path.toString())) {
            server.bind(UnixDomainSocketAddress.of(path));
            assertThat(reason(sender.send(octets("x")))).isEqualTo("Protocol wrong type for socket");
        }
    }

    @Test
    @SuppressWarnings("try") // A second close does no harm, which is tested.
    void nothingIsSentAfterClose() throws IOException {
        String path = folder.resolve("log").toString();
        try (DatagramReceiver receiver = DatagramReceiver.at(path);
                UnixDatagramSender sender = UnixDatagramSender.to(path)) {
            assertThat(sender.send(octets("x"))).isEqualTo(SENT);
            sender.close();
            sender.close();
            assertThat(reason(sender.send(octets("y")))).isEqualTo("the socket is closed");
            assertThat(receiver.nextText()).isEqualTo("x");
        }
    }

    @Test
    void aPathOf107OctetsIsTheLongest() throws IOException {
        String longest = folder + "/" + "x".repeat(106 - folder.toString().length());
        try (DatagramReceiver receiver = DatagramReceiver.at(longest);
                UnixDatagramSender sender = UnixDatagramSender.to(longest);
                UnixDatagramSender tooLong = UnixDatagramSender.to(longest + "x")) {
            assertThat(sender.send(octets("x"))).isEqualTo(SENT);
            assertThat(receiver.nextText()).isEqualTo("x");
            assertThat(reason(tooLong.send(octets("x")))).isEqualTo("its path is too long for a socket");
        }
    }
}
