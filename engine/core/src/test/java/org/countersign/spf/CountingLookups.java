package org.countersign.spf;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsClient;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/** Lookups without a cache or limit, which record every query. */
final class CountingLookups implements DnsLookups {
    private final DnsClient client;
    private final List<DnsQuery<?>> queries = new ArrayList<>();

    CountingLookups(DnsClient client) {
        this.client = client;
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> query) {
        queries.add(query);
        return client.lookup(query, Instant.MAX);
    }

    List<DnsQuery<?>> queries() {
        return queries;
    }

    int distinctQueries() {
        return new HashSet<>(queries).size();
    }
}
