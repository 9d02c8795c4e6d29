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
    private final InFlightQueries inFlight = new InFlightQueries(4);
    private final List<DnsExchange> added = new ArrayList<>();

    private void add(QueryPriority... priorities) {
        for (QueryPriority priority : priorities) {
            DnsExchange query = new DnsExchange(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 53),
                    new Message(),
                    512,
                    new ReadinessLoop());
            added.add(query);
            inFlight.add(query, priority);
        }
    }

    /** The indexes of the evicted queries. */
    private List<Integer> evicted() throws InterruptedException {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < added.size(); i++) {
            if (added.get(i)
                    .await(0)
                    .filter(new Reply.Failed(Failure.OVERLOADED)::equals)
                    .isPresent()) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    @Test
    void theOldestOrdinaryQueryIsEvicted() throws InterruptedException {
        add(ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY);

        assertThat(evicted()).containsExactly(0, 1);
    }

    @Test
    void anOrdinaryQueryIsEvictedBeforeAnOlderOneAboutAnAuthorDomain() throws InterruptedException {
        add(AUTHOR_DOMAIN, ORDINARY, ORDINARY, ORDINARY, AUTHOR_DOMAIN);

        assertThat(evicted()).containsExactly(1);
    }

    @Test
    void ordinaryQueriesNeverEvictOneAboutAnAuthorDomain() throws InterruptedException {
        add(AUTHOR_DOMAIN, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY);

        assertThat(evicted()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void queriesAboutAuthorDomainsEvictEachOtherBeyondHalfOfTheLimit() throws InterruptedException {
        add(ORDINARY, ORDINARY, AUTHOR_DOMAIN, AUTHOR_DOMAIN, AUTHOR_DOMAIN, AUTHOR_DOMAIN);

        assertThat(evicted()).containsExactly(2, 3);
    }

    @Test
    void removedQueriesDoNotCount() throws InterruptedException {
        add(AUTHOR_DOMAIN, AUTHOR_DOMAIN, ORDINARY, ORDINARY);
        added.forEach(inFlight::remove);
        add(AUTHOR_DOMAIN, AUTHOR_DOMAIN, ORDINARY, ORDINARY);

        assertThat(evicted()).isEmpty();
    }
}
