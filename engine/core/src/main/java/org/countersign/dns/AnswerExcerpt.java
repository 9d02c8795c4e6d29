package org.countersign.dns;

import java.util.ArrayList;
import java.util.List;
import org.countersign.syntax.Octets;

/**
 * The beginning of an answer, for evidence of limited size.
 *
 * @param answer its leading records; the last one may be cut if it is a TXT record
 * @param omittedOctets the estimated size of what is left out; 0 if nothing is
 */
record AnswerExcerpt<R extends DnsRecord>(DnsAnswer<R> answer, long omittedOctets) {
    // A shorter beginning of a TXT record explains nothing.
    private static final int MIN_TEXT = 16;

    /**
     * Takes as much of an answer as fits. An answer that fits is not copied.
     *
     * @param maxOctets the limit of {@link DnsAnswer#weight()}
     */
    static <R extends DnsRecord> AnswerExcerpt<R> of(DnsAnswer<R> answer, long maxOctets) {
        int weight = answer.weight();
        if (weight <= maxOctets) {
            return new AnswerExcerpt<>(answer, 0);
        }
        AnswerMetadata metadata = new AnswerMetadata(
                answer.metadata().ttl(),
                List.of(),
                answer.metadata().authentic(),
                answer.metadata().origin());
        DnsAnswer<R> excerpt = switch (answer) {
            case DnsAnswer.Found<R> found -> new DnsAnswer.Found<>(leading(found.records(), maxOctets), metadata);
            case DnsAnswer.NoData<R> none -> new DnsAnswer.NoData<>(metadata);
            case DnsAnswer.NoSuchName<R> none -> new DnsAnswer.NoSuchName<>(metadata);
            case DnsAnswer.BadAnswer<R> bad -> new DnsAnswer.BadAnswer<>(bad.problem(), metadata);
            case DnsAnswer.Unavailable<R> none -> new DnsAnswer.Unavailable<>(none.failure(), none.detail(), metadata);
        };
        return new AnswerExcerpt<>(excerpt, (long) weight - excerpt.weight());
    }

    // A cut record has the type of the whole one.
    @SuppressWarnings("unchecked")
    private static <R extends DnsRecord> List<R> leading(List<R> records, long maxOctets) {
        List<R> leading = new ArrayList<>();
        long left = maxOctets;
        for (R data : records) {
            if (data.weight() <= left) {
                leading.add(data);
                left -= data.weight();
                continue;
            }
            DnsRecord.Text empty = new DnsRecord.Text(List.of(Octets.EMPTY));
            long room = left - empty.weight();
            if (data instanceof DnsRecord.Text text && room >= MIN_TEXT) {
                Octets joined = text.joined();
                // A copy: a slice would keep the whole record in memory.
                byte[] beginning =
                        joined.slice(0, (int) Math.min(room, joined.length())).toByteArray();
                leading.add((R) new DnsRecord.Text(List.of(Octets.wrap(beginning))));
            }
            break;
        }
        return leading;
    }
}
