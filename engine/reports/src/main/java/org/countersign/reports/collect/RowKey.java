package org.countersign.reports.collect;

import org.countersign.dmarc.DmarcEvidence;
import org.countersign.domain.ReversePath;
import org.countersign.reports.document.OverrideReason;
import org.countersign.syntax.Octets;
import org.countersign.syntax.SipHash;

/**
 * Names what messages that are counted together have in common: a hash of 128 bits over all that their row and their traffic
 * depend on. Its key is secret, because senders choose most of the texts. A message like an earlier one is found by its hash
 * alone, so that no row need be made for it, and none be read.
 *
 * @param first half of the hash
 * @param second half of the hash
 */
// A key is used in one process only, so nothing depends on the order of constants in a version.
@SuppressWarnings("EnumOrdinal")
record RowKey(long first, long second) {
    private static final SipHash HASH = SipHash.withRandomKey();

    /**
     * The key of a message. Messages with equal rows can have different keys, for example if one record has two spellings.
     *
     * @param reported what a report tells of it
     * @param envelopeTo whether the domain of the recipients is kept
     */
    static RowKey of(ReportedResult reported, boolean envelopeTo) {
        SipHash.Values values = traffic(reported.message());
        values.add(Octets.wrap(reported.client().getAddress()));
        addAction(reported.action(), values);
        DmarcEvidence evidence = reported.result().evidence();
        values.add(MessageRow.aligned(evidence), evidence.discovery().method().ordinal());
        String author = evidence.authorDomain().toString();
        values.add(author);
        // As sent: parsing it takes longer than a key for each spelling.
        values.add(
                reported.facts().envelope().mailFrom() instanceof ReversePath.Address address
                        ? address.domainText()
                        : "",
                author);
        if (envelopeTo) {
            values.add(MessageRow.envelopeTo(reported.facts().envelope()));
        }
        values.add(reported.published().policyDomain().toString(), author);
        values.add(reported.published().record().text());
        AuthColumn.addTo(values, reported.facts(), evidence, author);
        return of(values);
    }

    /** The key of a message that no report tells of. */
    static RowKey of(ReportedMessage message) {
        SipHash.Values values = traffic(message);
        values.add(0);
        return of(values);
    }

    private static RowKey of(SipHash.Values values) {
        SipHash.Halves hash = values.hash();
        return new RowKey(hash.first(), hash.second());
    }

    private static SipHash.Values traffic(ReportedMessage message) {
        SipHash.Values values = HASH.values();
        values.add(
                Days.of(message.second()) * 24 + Days.hourOf(message.second()),
                message.facts().dmarcKeyword().hashCode());
        values.add(message.decision().verdict().action().ordinal());
        values.add(message.decision().rule());
        return values;
    }

    private static void addAction(ReportedDisposition action, SipHash.Values values) {
        values.add(action.disposition().number(), action.reasons().size());
        for (OverrideReason reason : action.reasons()) {
            values.add(reason.type().ordinal());
            values.add(reason.comment());
        }
    }
}
