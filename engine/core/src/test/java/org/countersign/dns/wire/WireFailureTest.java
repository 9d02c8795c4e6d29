package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.testing.FreePort;
import org.countersign.testing.ServerFault;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

@Execution(ExecutionMode.CONCURRENT)
class WireFailureTest extends WireTestBase {
    @Nested
    class Failures {
        @Test
        void servfailAndRefusedAreDifferentFailures() {
            server.fault("broken.example.org", ServerFault.SERVFAIL).fault("secret.example.org", ServerFault.REFUSED);

            assertThat(txt("broken.example.org").describe()).isEqualTo("server failure: SERVFAIL");
            assertThat(txt("secret.example.org").describe()).isEqualTo("refused: REFUSED");
        }

        @ParameterizedTest
        @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR})
        void aReplyWithOnlyAHeaderKeepsItsResponseCode(int rcode) {
            server.faultForAll((query, honest, tcp) -> {
                Message bare = new Message(query.getHeader().getID());
                bare.getHeader().setFlag(Flags.QR);
                bare.getHeader().setRcode(rcode);
                return Optional.of(bare.toWire());
            });

            assertThat(txt("example.org").describe()).endsWith(": " + Rcode.string(rcode));
            assertThat(server.queries()).as("no second try but without EDNS").isLessThanOrEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {Rcode.NOERROR, Rcode.NXDOMAIN})
        void aReplyWithOnlyAHeaderIsNoNegativeAnswer(int rcode) {
            server.faultForAll((query, honest, tcp) -> {
                Message bare = new Message(query.getHeader().getID());
                bare.getHeader().setFlag(Flags.QR);
                bare.getHeader().setRcode(rcode);
                return Optional.of(bare.toWire());
            });

            assertThat(problem(txt("example.org")))
                    .isEqualTo("an answer without the question, with response code " + Rcode.string(rcode));
        }

        @Test
        void servfailAndRefusedAreNotRetried() {
            server.fault("broken.example.org", ServerFault.SERVFAIL).fault("secret.example.org", ServerFault.REFUSED);

            assertThat(txt("broken.example.org")).returns(Failure.SERVER_FAILURE, WireTestBase::failure);
            assertThat(txt("secret.example.org")).returns(Failure.REFUSED, WireTestBase::failure);
            assertThat(server.queries()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {Rcode.FORMERR, Rcode.NOTIMP, Rcode.NOTAUTH})
        void otherRefusalsAreRefusals(int rcode) {
            server.fault("example.org", ServerFault.rcode(rcode));

            assertThat(txt("example.org")).returns(Failure.REFUSED, WireTestBase::failure);
        }

        @Test
        void anUnknownResponseCodeIsABadAnswer() {
            server.fault("example.org", ServerFault.rcode(Rcode.YXDOMAIN));

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void aReferralIsNoAnswer() {
            server.fault("example.org", ServerFault.LAME);

            assertThat(txt("example.org")).returns(Failure.REFUSED, WireTestBase::failure);
        }

        @Test
        void noReplyIsATimeoutAfterARetry() {
            server.fault("example.org", ServerFault.DROP);
            client = impatient();

            assertThat(txt("example.org")).isEqualTo(new DnsAnswer.Unavailable<>(Failure.TIMEOUT, AnswerMetadata.NONE));
            server.awaitQueries(2);
            assertThat(server.queries()).isEqualTo(2);
        }

        @Test
        void aClosedPortIsANetworkFailure() {
            InetSocketAddress address = FreePort.address();
            client = new WireDnsClient(WireSettings.of(address), InstantSource.system());

            DnsAnswer<DnsRecord.Text> answer = txt("example.org");
            assertThat(answer).returns(Failure.NETWORK, WireTestBase::failure);
            assertThat(answer.describe())
                    .isEqualTo("servers not reachable: " + SocketFailure.name(address)
                            + " does not listen (ICMP: port unreachable)");
        }

        @Test
        void aMalformedReplyIsABadAnswerAfterARetry() {
            server.fault("example.org", ServerFault.GARBAGE);

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
            assertThat(server.queries()).isEqualTo(2);
        }

        @Test
        void repliesWithAnotherIdAreNotAccepted() {
            server.fault("example.org", ServerFault.WRONG_ID);
            client = waiting();

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void repliesWithAnotherQuestionAreNotAccepted() {
            server.fault("host.example.org", ServerFault.WRONG_QUESTION);
            client = waiting();

            assertThat(txt("host.example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void anEchoedQueryIsNotAccepted() {
            server.fault("example.org", (query, honest, tcp) -> Optional.of(query.toWire()));

            assertThat(txt("example.org")).isInstanceOf(DnsAnswer.BadAnswer.class);
        }

        @Test
        void aRetrySucceedsAfterOneWrongReply() {
            AtomicBoolean first = new AtomicBoolean(true);
            server.fault("example.org", (query, honest, tcp) -> {
                ServerFault fault =
                        first.getAndSet(false) ? ServerFault.WRONG_ID : ServerFault.altered((Message unchanged) -> {});
                return fault.spoil(query, honest, tcp);
            });
            client = waiting();

            assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
        }

        @Test
        void aPassedDeadlineSendsNothing() {
            assertThat(client.lookup(
                            DnsQuery.txt(DomainName.of("example.org")),
                            Instant.now().minusSeconds(1)))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
            assertThat(server.queries()).isZero();
        }

        @Test
        void theDeadlineEndsTheWaitBeforeTheTimeoutDoes() {
            server.fault("example.org", ServerFault.DROP);

            assertThat(client.lookup(
                            DnsQuery.txt(DomainName.of("example.org")),
                            Instant.now().plusMillis(150)))
                    .isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
        }

        @Test
        void anInterruptEndsTheWaitAndStaysSet() {
            Thread.currentThread().interrupt();

            DnsAnswer<DnsRecord.Text> answer = txt("example.org");

            assertThat(Thread.interrupted()).isTrue();
            assertThat(answer).isEqualTo(new DnsAnswer.Unavailable<>(Failure.DEADLINE, AnswerMetadata.NONE));
        }

        @Test
        void theMaximumInstantIsAValidDeadline() {
            assertThat(client.lookup(DnsQuery.txt(DomainName.of("example.org")), Instant.MAX))
                    .isInstanceOf(DnsAnswer.Found.class);
        }
    }

    @Nested
    class Truncation {
        @Test
        void aTruncatedReplyIsRepeatedOverTcp() {
            server.fault("example.org", ServerFault.TRUNCATE);

            assertThat(texts(txt("example.org"))).containsExactly("v=spf1 -all");
            assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false, true);
        }

        @Test
        void onlyAReplyTooLongForADatagramUsesTcp() {
            server.zone(StaticZone.builder()
                    .txt("fits.example", "x".repeat(1100))
                    .txt("large.example", "y".repeat(20_000))
                    .build());

            assertThat(texts(txt("fits.example"))).containsExactly("x".repeat(1100));
            assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false);
            assertThat(texts(txt("large.example"))).containsExactly("y".repeat(20_000));
            assertThat(server.asked()).extracting(ZoneServer.Query::tcp).containsExactly(false, false, true);
        }

        @Test
        void aTruncatedReplyWithoutAReplyOverTcpIsATimeout() {
            server.fault("example.org", (query, honest, tcp) -> {
                Optional<byte[]> cut = ServerFault.TRUNCATE.spoil(query, honest, tcp);
                return tcp ? Optional.empty() : cut;
            });
            client = waiting();

            DnsAnswer<DnsRecord.Text> answer = txt("example.org");
            assertThat(answer).returns(Failure.TIMEOUT, WireTestBase::failure);
            assertThat(answer.describe())
                    .isEqualTo("timeout: the answer over UDP was truncated, and over TCP "
                            + SocketFailure.name(server.address()) + " does not answer");
            assertThat(metrics.total(WireMetrics.IN_BACKOFF))
                    .as("it did answer")
                    .isZero();
        }

        @Test
        void aTruncatedReplyOfAServerThatRefusesTcpIsANetworkFailureThatNamesBoth() throws IOException {
            InetSocketAddress address = FreePort.address();
            client = client(address, false);
            try (DatagramSocket udpOnly = new DatagramSocket(address)) {
                Thread.ofPlatform().daemon().start(() -> truncateAll(udpOnly));

                DnsAnswer<DnsRecord.Text> answer = txt("example.org");
                assertThat(answer).returns(Failure.NETWORK, WireTestBase::failure);
                assertThat(answer.describe())
                        .isEqualTo("servers not reachable: the answer over UDP was truncated, and over TCP "
                                + SocketFailure.name(address) + " refused the connection");
                assertThat(metrics.total(WireMetrics.IN_BACKOFF))
                        .as("it did answer")
                        .isZero();
            }
        }

        @Test
        void aReplyThatIsTruncatedOverTcpTooSaysNothingAboutTheRecords() {
            server.fault("example.org", ServerFault.altered(message -> {
                message.removeAllRecords(Section.ANSWER);
                message.getHeader().setFlag(Flags.TC);
            }));

            DnsAnswer<DnsRecord.Text> answer = txt("example.org");
            assertThat(answer).isInstanceOf(DnsAnswer.BadAnswer.class);
            assertThat(answer.describe()).contains("an answer that is truncated over TCP too");
        }

        private static void truncateAll(DatagramSocket socket) {
            byte[] buffer = new byte[1500];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    Message message = new Message(Arrays.copyOf(buffer, packet.getLength()));
                    message.getHeader().setFlag(Flags.QR);
                    message.getHeader().setFlag(Flags.TC);
                    byte[] octets = message.toWire();
                    socket.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                socket.close();
            }
        }
    }
}
