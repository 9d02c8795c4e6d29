package org.countersign.dmarc;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.countersign.dns.DnsLookups;
import org.countersign.domain.DomainName;

/**
 * The tree walk of the Author Domain, and in parallel the lookup that tells whether the Author Domain exists. That lookup
 * is made only if the policy can depend on it. This is so if the Author Domain has no record, and a record above it has
 * a different policy for names that do not exist. The lookup starts during the walk, because SPF and DKIM could use up the time limit later.
 */
final class AuthorTreeWalk {
    private final DomainName author;
    private final DnsLookups dns;
    private final Executor executor;
    private boolean existenceIsIrrelevant;
    private Optional<CompletableFuture<?>> existence = Optional.empty();

    private AuthorTreeWalk(DomainName author, DnsLookups dns, Executor executor) {
        this.author = author;
        this.dns = dns;
        this.executor = executor;
    }

    /**
     * Makes the walk. If the lookup of existence was made, {@code dns} gives its answer again without a query.
     *
     * @param dns gives the same answer to a repeated query, as the lookups of one message do
     * @param executor runs one blocking lookup
     */
    static TreeWalk walk(DomainName author, DnsLookups dns, Executor executor) {
        AuthorTreeWalk made = new AuthorTreeWalk(author, dns, executor);
        TreeWalk walk = TreeWalk.walk(author, dns, made::answered);
        made.existence.ifPresent(AuthorTreeWalk::await);
        return walk;
    }

    /** Takes an answer of the walk, and starts the lookup of existence as soon as the policy can depend on it. */
    private void answered(RecordQuery query) {
        if (query.name().equals(author)) {
            // With a record of its own its p applies; if that lookup failed, no policy is applied.
            existenceIsIrrelevant = query.record().isPresent() || query.failed();
        } else if (!existenceIsIrrelevant
                && existence.isEmpty()
                && query.record().filter(DmarcRecord::distinguishesNonexistent).isPresent()) {
            existence = Optional.of(
                    CompletableFuture.runAsync(() -> dns.lookup(Rfc9989Policy.existenceQuery(author)), executor));
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
