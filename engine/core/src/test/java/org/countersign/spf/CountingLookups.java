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

/** Lookups without memory or limit, which keep every question. */
final class CountingLookups implements DnsLookups {
    private final DnsClient client;
    private final List<DnsQuery<?>> questions = new ArrayList<>();

    CountingLookups(DnsClient client) {
        this.client = client;
    }

    @Override
    public <R extends DnsRecord> DnsAnswer<R> lookup(DnsQuery<R> question) {
        questions.add(question);
        return client.lookup(question, Instant.MAX);
    }

    List<DnsQuery<?>> questions() {
        return questions;
    }

    int distinctQuestions() {
        return new HashSet<>(questions).size();
    }
}
