package org.countersign.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.AddressPattern;

/**
 * An entry of the signing table of the new policy.
 *
 * @param authors the patterns of the authors
 * @param mailFrom the patterns of {@code mail-from}
 * @param recipients the patterns of the addresses that the mail goes to
 * @param keys that sign; none for mail that is not signed
 * @param auid {@code auid}
 * @param comment after the entry; empty for none
 */
record DraftEntry(
        List<AddressPattern> authors,
        List<AddressPattern> mailFrom,
        List<AddressPattern> recipients,
        List<DraftKey> keys,
        Optional<String> auid,
        String comment) {
    DraftEntry {
        authors = List.copyOf(authors);
        mailFrom = List.copyOf(mailFrom);
        recipients = List.copyOf(recipients);
        keys = List.copyOf(keys);
    }

    static DraftEntry ofAuthors(List<AddressPattern> authors, List<DraftKey> keys, Optional<String> auid) {
        return new DraftEntry(authors, List.of(), List.of(), keys, auid, "");
    }

    static DraftEntry unsigned(List<AddressPattern> authors, String comment) {
        return new DraftEntry(authors, List.of(), List.of(), List.of(), Optional.empty(), comment);
    }

    /** With further keys, which sign too. */
    DraftEntry withKeys(List<DraftKey> more) {
        List<DraftKey> all = new ArrayList<>(keys);
        all.addAll(more);
        return new DraftEntry(authors, mailFrom, recipients, all, auid, comment);
    }

    /** Whether it chooses by authors alone. */
    boolean isPlain() {
        return mailFrom.isEmpty() && recipients.isEmpty() && auid.isEmpty() && !authors.isEmpty();
    }
}
