package org.countersign.dmarc;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.countersign.dmarc.TreeWalk.Finding;
import org.countersign.dmarc.TreeWalk.Step;
import org.countersign.dns.DnsLookups;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;
import org.countersign.domain.DomainName;

/**
 * The lookups about an Author Domain that need no result of SPF or DKIM. Whether the domain exists is asked in parallel
 * with the tree walk, so that no other check can use up the time for it. It is asked only where the policy depends on
 * it: the Author Domain has no record, and one above has another policy for names that do not exist.
 */
final class AuthorDiscovery {
    private final DomainName author;
    private final DnsLookups dns;
    private final Executor executor;
    private boolean hasOwnPolicy;
    private Optional<CompletableFuture<?>> existence = Optional.empty();

    private AuthorDiscovery(DomainName author, DnsLookups dns, Executor executor) {
        this.author = author;
        this.dns = dns;
        this.executor = executor;
    }

    /**
     * Walks, and leaves with the lookups the answer about existence where it may be needed.
     *
     * @param dns gives the same answer when it is asked again, as the lookups of one message do
     * @param executor runs one blocking lookup
     */
    static TreeWalk discover(DomainName author, DnsLookups dns, Executor executor) {
        AuthorDiscovery discovery = new AuthorDiscovery(author, dns, executor);
        TreeWalk walk = TreeWalk.walk(author, dns, discovery::consider);
        discovery.existence.ifPresent(AuthorDiscovery::await);
        return walk;
    }

    /** RFC 9989 §3.2.13: a name exists unless the DNS says NXDOMAIN, whatever the type asked for. */
    static DnsQuery<DnsRecord.Address> existence(DomainName author) {
        return DnsQuery.a(author);
    }

    private void consider(Step step) {
        if (step.name().equals(author)) {
            // Without an answer about the record of the domain itself the policy is not known in any case.
            hasOwnPolicy = step.finding() instanceof Finding.Published || step.finding() instanceof Finding.Trouble;
        } else if (!hasOwnPolicy
                && existence.isEmpty()
                && step.finding() instanceof Finding.Published(DmarcRecord record)
                && record.distinguishesNonexistent()) {
            existence = Optional.of(CompletableFuture.runAsync(() -> dns.lookup(existence(author)), executor));
        }
    }

    private static void await(CompletableFuture<?> lookup) {
        try {
            lookup.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a lookup never throws", broken.getCause());
        }
    }
}
