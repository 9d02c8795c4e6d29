package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.countersign.dns.QueryPriority.AUTHOR_DOMAIN;
import static org.countersign.dns.QueryPriority.ORDINARY;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dns.DnsAnswer.Failure;
import org.countersign.dns.QueryPriority;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;

class InFlightQueriesTest {
    private final InFlightQueries places = new InFlightQueries(4);
    private final List<DnsExchange> entered = new ArrayList<>();

    private void enter(QueryPriority... priorities) {
        for (QueryPriority priority : priorities) {
            DnsExchange newcomer = new DnsExchange(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 53),
                    new Message(),
                    512,
                    new ReadinessLoop());
            entered.add(newcomer);
            places.enter(newcomer, priority);
        }
    }

    /** Which of those that entered had to give way, counted from zero. */
    private List<Integer> gaveWay() throws InterruptedException {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < entered.size(); i++) {
            if (entered.get(i)
                    .await(0)
                    .filter(new Reply.Failed(Failure.OVERLOADED)::equals)
                    .isPresent()) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    @Test
    void ofOrdinaryQueriesTheOneThatHasWaitedLongestGivesWay() throws InterruptedException {
        enter(ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY);

        assertThat(gaveWay()).containsExactly(0, 1);
    }

    @Test
    void aQueryAboutAnAuthorDomainTakesThePlaceOfAnotherEvenIfItHasWaitedLonger() throws InterruptedException {
        enter(AUTHOR_DOMAIN, ORDINARY, ORDINARY, ORDINARY, AUTHOR_DOMAIN);

        assertThat(gaveWay()).containsExactly(1);
    }

    @Test
    void noNumberOfOrdinaryQueriesTakesThePlaceOfOneAboutAnAuthorDomain() throws InterruptedException {
        enter(AUTHOR_DOMAIN, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY);

        assertThat(gaveWay()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void beyondHalfOfThePlacesQueriesAboutAuthorDomainsTakeThoseOfTheirOwnKind() throws InterruptedException {
        enter(ORDINARY, ORDINARY, AUTHOR_DOMAIN, AUTHOR_DOMAIN, AUTHOR_DOMAIN, AUTHOR_DOMAIN);

        assertThat(gaveWay()).containsExactly(2, 3);
    }

    @Test
    void whoHasLeftIsInNobodysWay() throws InterruptedException {
        enter(AUTHOR_DOMAIN, AUTHOR_DOMAIN, ORDINARY, ORDINARY);
        entered.forEach(places::leave);
        enter(AUTHOR_DOMAIN, AUTHOR_DOMAIN, ORDINARY, ORDINARY);

        assertThat(gaveWay()).isEmpty();
    }
}
