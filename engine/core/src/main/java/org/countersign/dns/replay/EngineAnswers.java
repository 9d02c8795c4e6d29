package org.countersign.dns.replay;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.countersign.dns.AnswerMetadata;
import org.countersign.dns.DnsAnswer;
import org.countersign.dns.DnsQuery;
import org.countersign.dns.DnsRecord;

/** Converts the answers of a snapshot to those of the engine. */
final class EngineAnswers {
    private EngineAnswers() {}

    // The records were converted by the type of the query.
    @SuppressWarnings("unchecked")
    static <R extends DnsRecord> DnsAnswer<R> of(
            DnsQuery<R> query, SnapshotAnswers.Resolved resolved, SnapshotAnswers answers) {
        boolean validated = answers.isValidated(query.name(), query.type().name());
        return switch (resolved.answer()) {
            case SnapshotAnswer.Found(List<SnapshotEntry.Resource> records) ->
                new DnsAnswer.Found<>(
                        (List<R>) SnapshotRecords.records(records, query.type()),
                        new AnswerMetadata(shortest(records), resolved.aliases(), validated));
            case SnapshotAnswer.NoData(Duration ttl) ->
                new DnsAnswer.NoData<>(new AnswerMetadata(ttl, resolved.aliases(), validated));
            case SnapshotAnswer.NoSuchName(Duration ttl) ->
                new DnsAnswer.NoSuchName<>(new AnswerMetadata(ttl, resolved.aliases(), validated));
            case SnapshotAnswer.Failed(SnapshotFailure failure, Duration ttl, String detail) -> {
                AnswerMetadata metadata = new AnswerMetadata(ttl, List.of(), false);
                yield failure == SnapshotFailure.BAD_ANSWER
                        ? new DnsAnswer.BadAnswer<>(detail, metadata)
                        : new DnsAnswer.Unavailable<>(failure.failure(), detail, metadata);
            }
            case SnapshotAnswer.Unknown unknown ->
                new DnsAnswer.Unavailable<>(
                        DnsAnswer.Failure.NETWORK, ReplayingDnsClient.NOT_RECORDED, AnswerMetadata.NONE);
        };
    }

    private static Duration shortest(List<SnapshotEntry.Resource> records) {
        return records.stream()
                .map(SnapshotEntry.Resource::ttl)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
