package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.util.stream.Stream;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SocketFailureTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new PortUnreachableException(), "127.0.0.1:53 does not listen (ICMP: port unreachable)"),
                Arguments.of(new NoRouteToHostException("No route to host"), "no route to 127.0.0.1:53"),
                Arguments.of(new ConnectException("Connection refused"), "127.0.0.1:53 refused the connection"),
                Arguments.of(new EOFException(), "127.0.0.1:53 hung up in the middle of an answer"),
                Arguments.of(new IOException("Network is unreachable"), "127.0.0.1:53: Network is unreachable"),
                Arguments.of(new IOException("Operation not permitted"), "127.0.0.1:53: Operation not permitted"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureNamesTheServerAndTheReason(IOException failure, String words) {
        assertThat(SocketFailure.describe(SERVER, failure)).isEqualTo(words);
    }

    @Test
    void aLackOfDescriptorsIsALocalFailureAndNamesTheLimitToRaise() {
        Reply.Failed failed = SocketFailure.noSocket(new IOException("Too many open files"));
        DnsAnswer<DnsRecord.Text> answer =
                new DnsAnswer.Unavailable<>(failed.failure(), failed.detail(), AnswerMetadata.NONE);

        assertThat(answer.isLocalFailure()).isTrue();
        assertThat(answer.describe())
                .isEqualTo(
                        "no room for the query or its answer: the process's file descriptor limit is reached: raise it"
                                + " (ulimit -n, LimitNOFILE)");
    }

    @Test
    void aZoneIsPartOfTheName() throws IOException {
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();

        assertThat(SocketFailure.name(new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 1), 53)))
                .isEqualTo("[fe80::1%1]:53");
    }
}
