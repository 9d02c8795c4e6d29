package org.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.MessageOutcome.PassedThrough.Reason;
import org.countersign.TrafficRules.Direction;
import org.countersign.TrafficRules.Submission;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.policy.Decision;
import org.junit.jupiter.api.Test;

class TrafficRulesTest {
    private static final TrafficRules RULES = TrafficRules.DEFAULT;

    @Test
    void mailOfOtherHostsIsAuthenticated() {
        assertThat(RULES.direction(from("192.0.2.1", "", "smtpd"))).isEqualTo(Direction.INBOUND);
    }

    @Test
    void mailOfAnAuthenticatedUserIsSignedFromAnyNetwork() {
        assertThat(RULES.direction(from("192.0.2.1", "alice", "smtpd"))).isEqualTo(Direction.OUTBOUND);
        assertThat(RULES.direction(from("127.0.0.1", "alice", "smtpd"))).isEqualTo(Direction.OUTBOUND);
    }

    @Test
    void mailOfTheSubmissionServiceIsSigned() {
        assertThat(RULES.direction(from("192.0.2.1", "", "ORIGINATING"))).isEqualTo(Direction.OUTBOUND);
        assertThat(RULES.direction(from("192.0.2.1", "", "originating"))).isEqualTo(Direction.INBOUND);
    }

    @Test
    void mailOfLocalMachinesPassesThrough() {
        assertThat(RULES.direction(from("127.0.0.9", "", "smtpd"))).isEqualTo(Direction.INTERNAL);
        assertThat(RULES.direction(from("::1", "", "smtpd"))).isEqualTo(Direction.INTERNAL);
        assertThat(RULES.direction(from("::ffff:127.0.0.1", "", "smtpd"))).isEqualTo(Direction.INTERNAL);
    }

    @Test
    void aNetworkToSignForTakesPrecedenceOverOneToSkip() {
        TrafficRules rules = new TrafficRules(
                List.of(IpNetwork.parse("10.0.0.0/8").orElseThrow()),
                true,
                List.of(IpNetwork.parse("10.1.0.0/16").orElseThrow()),
                List.of());
        assertThat(rules.direction(from("10.1.2.3", "", ""))).isEqualTo(Direction.OUTBOUND);
        assertThat(rules.direction(from("10.2.2.3", "", ""))).isEqualTo(Direction.INTERNAL);
        assertThat(rules.direction(from("127.0.0.1", "", ""))).isEqualTo(Direction.INBOUND);
    }

    @Test
    void mailOfAUserIsNotJudgedEvenIfItIsNotSigned() {
        TrafficRules rules = new TrafficRules(List.of(), false, List.of(), List.of());
        assertThat(rules.direction(from("192.0.2.1", "alice", ""))).isEqualTo(Direction.INTERNAL);
    }

    @Test
    void mailPassesThroughForItsTrueReason() {
        TrafficRules unsigned = new TrafficRules(TrafficRules.LOOPBACK, false, List.of(), List.of());
        SmtpTransaction local = new SmtpTransaction(
                new Client.Local(), "", ReversePath.parse("root@mx.example"), Optional.empty(), "", "");
        assertThat(unsigned.passThroughReason(from("192.0.2.1", "alice", ""))).isEqualTo(Reason.AUTHENTICATED_USER);
        assertThat(unsigned.passThroughReason(from("127.0.0.1", "alice", ""))).isEqualTo(Reason.AUTHENTICATED_USER);
        assertThat(unsigned.direction(local)).isEqualTo(Direction.INTERNAL);
        assertThat(unsigned.passThroughReason(local)).isEqualTo(Reason.LOCAL_CLIENT);
        assertThat(unsigned.passThroughReason(from("127.0.0.1", "", ""))).isEqualTo(Reason.SKIP_NETWORK);
    }

    @Test
    void everyReasonToPassThroughHasItsSentence() {
        assertThat(Stream.of(Reason.values())
                        .map(reason -> new MessageOutcome.PassedThrough(reason).decision())
                        .peek(decision -> assertThat(decision.rule()).isEqualTo("internal"))
                        .map(Decision::reason)
                        .distinct())
                .hasSize(Reason.values().length);
    }

    @Test
    void onlyMailOfThisMachineMayBeMailOfOtherSenders() {
        TrafficRules rules = new TrafficRules(
                List.of(),
                true,
                List.of(
                        IpNetwork.parse("127.0.0.0/8").orElseThrow(),
                        IpNetwork.parse("10.0.0.0/8").orElseThrow()),
                List.of("submission"),
                TrafficRules.LOOPBACK);
        assertThat(rules.submission(from("192.0.2.1", "alice", ""))).isEqualTo(Submission.TRUSTED);
        assertThat(rules.submission(from("192.0.2.1", "", "submission"))).isEqualTo(Submission.TRUSTED);
        assertThat(rules.submission(from("10.1.2.3", "", ""))).isEqualTo(Submission.TRUSTED);
        assertThat(rules.submission(from("127.0.0.1", "", ""))).isEqualTo(Submission.LOOPBACK);
        assertThat(rules.submission(from("::1", "", ""))).isEqualTo(Submission.THIS_MACHINE);
    }

    private static SmtpTransaction from(String address, String user, String listener) {
        return new SmtpTransaction(
                new Client.Ip(IpNetwork.parseAddress(address).orElseThrow(), ""),
                "helo.example",
                ReversePath.parse("a@sender.example"),
                Optional.of(user).filter(name -> !name.isEmpty()),
                listener,
                "mx.receiver.example");
    }
}
