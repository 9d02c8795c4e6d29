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
 * @param ownFields how many Received fields, from the top, hosts of this site wrote; what stands above the last of them
 *     was added by this site
 * @param withinSite whether all clients in the Received fields are of this site, so that the message began here
 * @param receivingHost the name of the host that wrote the field with the client, as in {@code by mx.example.org}; empty
 *     if there is no such field
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
        int ownFields,
        boolean withinSite,
        String receivingHost,
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
