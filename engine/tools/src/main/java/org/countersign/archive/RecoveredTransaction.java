package org.countersign.archive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.Client;
import org.countersign.domain.ReversePath;

/**
 * What the fields of a stored message say about the SMTP transaction that brought it. A fact that no field of this site
 * says is empty: nothing is guessed.
 *
 * @param client the first client from the top that is not one of this site
 * @param helo what it said in HELO or EHLO
 * @param mailFrom the reverse-path; delivery may have rewritten it
 * @param recipients those that the fields name: one of several, perhaps
 * @param user the login of the client; a name that is not known is {@link TransactionFinder#UNNAMED_USER}
 * @param when the client was served
 * @param hop the number of the Received field that names the client, counted from 1 at the top; 0 if none does
 * @param problem why there is no client, one clause; empty if there is one
 */
public record RecoveredTransaction(
        Optional<Fact<Client>> client,
        Optional<Fact<String>> helo,
        Optional<Fact<ReversePath>> mailFrom,
        List<String> recipients,
        Optional<String> user,
        Optional<Instant> when,
        int hop,
        String problem) {
    public RecoveredTransaction {
        recipients = List.copyOf(recipients);
    }

    /** The field that says a fact. */
    public enum Source {
        RECEIVED,
        RETURN_PATH,
        RECEIVED_SPF
    }

    /** A fact and its source. */
    public record Fact<T>(T value, Source source) {}
}
