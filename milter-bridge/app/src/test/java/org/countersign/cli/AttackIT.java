package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.milter.testing.Commands.body;
import static org.countersign.milter.testing.Commands.connect;
import static org.countersign.milter.testing.Commands.endOfBody;
import static org.countersign.milter.testing.Commands.endOfHeaders;
import static org.countersign.milter.testing.Commands.header;
import static org.countersign.milter.testing.Commands.macros;
import static org.countersign.milter.testing.Commands.mail;
import static org.countersign.milter.testing.Commands.offer;
import static org.countersign.milter.testing.Commands.recipient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.countersign.milter.client.FilterOutcome;
import org.countersign.milter.client.MilterClient;
import org.countersign.milter.client.MtaMessage;
import org.countersign.milter.testing.Commands;
import org.countersign.milter.testing.RawClient;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.milter.wire.CommandCode;
import org.countersign.milter.wire.CommandCodec;
import org.countersign.milter.wire.MilterCommand;
import org.countersign.milter.wire.MilterReply;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile clients of the running service with the heap of the installed one. It serves genuine mail meanwhile, keeps
 * nothing of them, and needs a bounded amount of memory.
 */
@Timeout(600)
class AttackIT {
    // The heap, code and classes of a Java process, buffers of sockets, and a margin.
    private static final long MAX_RESIDENT = (64 + 192L) << 10;
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private Path temp;

    private final ZoneServer dns = ZoneServer.start(SenderExample.zone().build());

    @SuppressWarnings("NullAway.Init")
    private ServiceProcess serve;

    private void start(String settings) throws IOException, InterruptedException {
        serve = SenderExample.serve(
                temp, "mode: enforce\ndns: { servers: [%DNS%], timeout: 30s, deadline: 60s }\n" + settings, dns);
    }

    @AfterEach
    void stop() {
        if (serve != null) {
            serve.close();
        }
        dns.close();
    }

    private FilterOutcome deliver(MtaMessage message) throws IOException {
        return SenderExample.deliver(serve.address(), message);
    }

    private void assertServed() throws IOException {
        SenderExample.assertPassed(deliver(SenderExample.message(Octets.latin1("hi\r\n"))));
    }

    /** Ends the service, and checks that it has needed little memory, and found no error in itself. */
    private void assertUnharmed() throws Exception {
        assertThat(serve.process().isAlive()).isTrue();
        long resident = Files.readAllLines(Path.of("/proc/" + serve.process().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        assertThat(resident).as("kilobytes of memory at most").isLessThan(MAX_RESIDENT);
        assertThat(serve.signal("TERM").awaitExit()).isZero();
        assertThat(serve.lines("level=error")).isEmpty();
        assertThat(serve.lines("OutOfMemory")).isEmpty();
        assertThat(serve.lines("event=drain-timeout")).isEmpty();
    }

    private RawClient negotiated() throws IOException {
        RawClient peer = new RawClient(serve.address());
        peer.send(offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL));
        assertThat(peer.receive()).isInstanceOf(MilterReply.Negotiated.class);
        return peer;
    }

    private static <T> List<T> inParallel(List<Callable<T>> calls) throws Exception {
        return SenderExample.atOnce(Executors.newVirtualThreadPerTaskExecutor(), calls);
    }

    @Test
    void twoThousandIdleConnectionsKeepNoMailFromBeingServed() throws Exception {
        start("");
        List<RawClient> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2_000; i++) {
                idle.add(i % 2 == 0 ? negotiated() : new RawClient(serve.address()));
                if (i % 250 == 249) {
                    assertServed();
                }
            }
            assertThat(serve.lines("event=connections-full")).hasSize(1);
        } finally {
            for (RawClient peer : idle) {
                peer.close();
            }
        }
        assertServed();
        assertUnharmed();
    }

    @Test
    void allConnectionsWithAsMuchBeforeTheirMessagesAsTheyLikeKeepNoMailFromBeingServed() throws Exception {
        start("");
        String[] many = new String[128];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "{macro" + i + "}";
            many[i + 1] = "x".repeat(240);
        }
        Octets name = Octets.latin1("\u00FC".repeat(60_000));
        List<Callable<RawClient>> clients = new ArrayList<>();
        for (int i = 0; i < 990; i++) {
            clients.add(() -> {
                RawClient peer = negotiated();
                for (CommandCode stage : CommandCode.values()) {
                    peer.send(macros(stage, many));
                }
                peer.send(
                        new MilterCommand.Connect(name, new ClientAddress.Local("p".repeat(60_000))),
                        new MilterCommand.Helo(name));
                return peer;
            });
        }
        List<RawClient> idle = inParallel(clients);
        assertServed();
        for (RawClient peer : idle) {
            peer.close();
        }
        assertUnharmed();
    }

    @Test
    void packetsOfManyEmptyTextsNeedNoMoreMemoryThanOthers() throws Exception {
        start("");
        List<Callable<Boolean>> peers = new ArrayList<>();
        for (char code : new char[] {'D', 'M', 'R'}) {
            byte[] packet = new byte[MEGABYTE];
            ByteBuffer.wrap(packet).putInt(MEGABYTE - 4).put((byte) code).put((byte) 'M');
            for (int i = 0; i < 8; i++) {
                peers.add(() -> {
                    try (RawClient peer = negotiated()) {
                        peer.send(connect(), mail("<>"));
                        peer.send(packet);
                        peer.send(new MilterCommand.Quit());
                        return peer.isClosedByServer();
                    } catch (IOException closed) {
                        return true;
                    }
                });
            }
        }
        assertThat(inParallel(peers)).hasSize(24).containsOnly(true);
        assertServed();
        assertUnharmed();
    }

    @Test
    void packetsThatArriveOctetByOctetAreBoundedByTheTimeoutOfOneCommand() throws Exception {
        start("connections: { negotiation-timeout: 8s, message-timeout: 8s }\n");
        byte[] offer = CommandCodec.encode(offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL));
        byte[] field = CommandCodec.encode(header("Subject", " " + "x".repeat(1000)));
        List<Callable<Boolean>> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            boolean negotiates = i % 2 == 0;
            slow.add(() -> {
                try (RawClient peer = negotiates ? negotiated() : new RawClient(serve.address())) {
                    if (negotiates) {
                        peer.send(connect(), mail("<a@sender.example>"), recipient("b"), header("From", " a"));
                    }
                    for (byte octet : negotiates ? field : offer) {
                        peer.send(octet);
                        TimeUnit.SECONDS.sleep(1);
                    }
                    return peer.isClosedByServer();
                } catch (IOException closed) {
                    return true;
                }
            });
        }
        assertThat(inParallel(slow)).hasSize(50).containsOnly(true);
        assertServed();
        assertUnharmed();
    }

    @Test
    void aThousandFieldsOfSixtyFourKilobytesAreRefusedAndNotKept() throws Exception {
        start("");
        List<HeaderField> fields = new ArrayList<>();
        HeaderField large = HeaderField.of("X-Large", " " + "x".repeat(64_000));
        for (int i = 0; i < 1_000; i++) {
            fields.add(large);
        }
        fields.add(HeaderField.of("From", " news@sender.example"));
        MtaMessage message = SenderExample.message("news@sender.example", fields, Octets.latin1("hi\r\n"));
        List<Callable<FilterOutcome>> senders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            senders.add(() -> deliver(message));
        }
        assertThat(inParallel(senders)).hasSize(8).noneMatch(FilterOutcome::isAccepted);
        assertServed();
        assertUnharmed();
    }

    @Test
    void aBodyOfTwoHundredMegabytesPasses() throws Exception {
        start("");
        byte[] body = new byte[200 * MEGABYTE];
        Arrays.fill(body, (byte) 'x');
        assertThat(deliver(SenderExample.message(Octets.wrap(body))).isAccepted())
                .isTrue();
        assertUnharmed();
    }

    @Test
    void halfClosedConnectionsGetTheirAnswerAndAreClosed() throws Exception {
        start("");
        for (boolean complete : List.of(true, false)) {
            try (SocketChannel channel = SocketChannel.open(serve.address().resolve())) {
                RawCommands.write(
                        channel,
                        offer(6, Commands.ALL_ACTIONS, Commands.ALL_PROTOCOL),
                        connect(),
                        mail("<news@sender.example>"),
                        recipient("b"),
                        header("From", " news@sender.example"),
                        endOfHeaders());
                if (complete) {
                    RawCommands.write(channel, body("hi\r\n"), endOfBody(""));
                }
                channel.shutdownOutput();
                assertThat(RawCommands.octetsUntilClosed(channel)).isGreaterThan(complete ? 100 : 20);
            }
        }
        assertServed();
        assertUnharmed();
        assertThat(serve.lines("event=message")).hasSize(2);
    }

    @Test
    void randomOctetsCloseTheirConnectionOnly() throws Exception {
        start("");
        List<Callable<Boolean>> peers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            peers.add(() -> {
                try (RawClient peer = new RawClient(serve.address());
                        InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
                    for (int kilobytes = 0; kilobytes < 1024; kilobytes++) {
                        peer.send(random.readNBytes(1024));
                    }
                    return peer.isClosedByServer();
                } catch (IOException closed) {
                    return true;
                }
            });
        }
        assertThat(inParallel(peers)).containsOnly(true);
        assertServed();
        assertUnharmed();
    }

    @Test
    void ofAThousandMessagesOfAMegabyteAtOnceEachIsJudgedOrDeferred() throws Exception {
        start("connections: { max: 1100, negotiation-timeout: 1m }\n");
        int messages = 1_000;
        byte[] body = new byte[MEGABYTE];
        Arrays.fill(body, (byte) 'x');
        MtaMessage message = SenderExample.message(Octets.wrap(body));
        CountDownLatch greeted = new CountDownLatch(messages);
        List<Callable<FilterOutcome>> senders = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            senders.add(() -> {
                try (MilterClient client = SenderExample.connect(serve.address())) {
                    greeted.countDown();
                    greeted.await();
                    return client.deliver(message);
                }
            });
        }
        List<FilterOutcome> outcomes = inParallel(senders);

        long judged = outcomes.stream().filter(FilterOutcome::isAccepted).count();
        long deferred = outcomes.stream()
                .filter(outcome -> outcome.verdict() instanceof MilterReply.ReplyCode reply
                        && reply.text().code() == 451
                        && reply.text().enhancedCode().equals("4.3.2"))
                .count();
        assertThat(judged + deferred).isEqualTo(messages);
        assertThat(outcomes.stream()
                        .filter(FilterOutcome::isAccepted)
                        .filter(outcome -> outcome.header()
                                .getFirst()
                                .raw()
                                .latin1()
                                .contains("dmarc=pass header.from=sender.example")))
                .hasSize((int) judged);
        assertServed();
        assertUnharmed();
        assertThat(serve.lines("event=message").stream()
                        .filter(line -> !line.contains("rule=overloaded"))
                        .count())
                .isEqualTo(judged + 1);
    }
}
