package org.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.countersign.TrafficRules.Direction;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.junit.jupiter.api.Test;

class TrafficRulesTest {
    private static final TrafficRules RULES = TrafficRules.DEFAULT;

    @Test
    void aStrangerIsJudged() {
        assertThat(RULES.direction(from("192.0.2.1", "", "smtpd"))).isEqualTo(Direction.INBOUND);
    }

    @Test
    void aUserWhoHasLoggedInIsSignedForWhereverHeIs() {
        assertThat(RULES.direction(from("192.0.2.1", "alice", "smtpd"))).isEqualTo(Direction.OUTBOUND);
        assertThat(RULES.direction(from("127.0.0.1", "alice", "smtpd"))).isEqualTo(Direction.OUTBOUND);
    }

    @Test
    void theSubmissionServiceIsSignedFor() {
        assertThat(RULES.direction(from("192.0.2.1", "", "ORIGINATING"))).isEqualTo(Direction.OUTBOUND);
        assertThat(RULES.direction(from("192.0.2.1", "", "originating"))).isEqualTo(Direction.INBOUND);
    }

    @Test
    void ourOwnMachinesAreLeftAlone() {
        assertThat(RULES.direction(from("127.0.0.9", "", "smtpd"))).isEqualTo(Direction.INTERNAL);
        assertThat(RULES.direction(from("::1", "", "smtpd"))).isEqualTo(Direction.INTERNAL);
        assertThat(RULES.direction(from("::ffff:127.0.0.1", "", "smtpd"))).isEqualTo(Direction.INTERNAL);
    }

    @Test
    void aNetworkToSignForComesBeforeOneToSkip() {
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
    void aUserIsNeverJudgedEvenWhereUsersAreNotSignedFor() {
        TrafficRules rules = new TrafficRules(List.of(), false, List.of(), List.of());
        assertThat(rules.direction(from("192.0.2.1", "alice", ""))).isEqualTo(Direction.INTERNAL);
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
