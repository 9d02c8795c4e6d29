package org.countersign.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.arc.ArcProblem;
import org.countersign.arc.ArcResult;
import org.countersign.arc.ArcSet;
import org.countersign.arc.SealedArcSet;
import org.countersign.authres.MethodResult;
import org.countersign.authres.ParsedResults;
import org.countersign.keys.SignatureFailure;

/** Explains the result of the ARC chain of an inbound message, and the ARC Set that is added to it. */
final class ArcExplanation {
    private ArcExplanation() {}

    static Explanation.Group of(ArcResult result) {
        Explanation.Group tree = new Explanation.Group().text("result", result.keyword());
        switch (result) {
            case ArcResult.None none -> {}
            case ArcResult.Pass pass ->
                tree.count("oldest-pass", pass.chain().oldestPass())
                        .list("sets", pass.chain().sets(), ArcExplanation::set);
            case ArcResult.Fail fail ->
                tree.word("problem", fail.problem())
                        .count("instance", fail.instance())
                        .count("highest-instance", fail.highest())
                        .text("detail", Optional.of(fail.detail()).filter(detail -> !detail.isEmpty()));
            case ArcResult.TempError error ->
                tree.word("problem", ArcProblem.KEY_UNAVAILABLE)
                        .count("instance", error.instance())
                        .count("highest-instance", error.highest())
                        .text("detail", error.failure().describe());
        }
        return tree.text("explain", result.explain());
    }

    /** Explains the ARC Set that is added; the edits hold its fields. */
    static Explanation.Group seal(SealedArcSet seal) {
        return new Explanation.Group()
                .count("instance", seal.instance())
                .text("chain-status", seal.status().keyword());
    }

    private static Explanation set(ArcSet set) {
        return new Explanation.Group()
                .count("instance", set.instance())
                .text("sealer", set.sealer())
                .text("selector", set.selector())
                .text("signer", set.signer())
                .text("chain-status", set.status().keyword())
                .text("sealed-at", set.sealedAt())
                .word("content", set.content())
                .text("content-problem", set.contentFailure().map(SignatureFailure::describe))
                .text("authserv-id", authservId(set.results()))
                .texts("says", statedResults(set.results()))
                .texts("not-read", unreadResults(set.results()));
    }

    private static Optional<String> authservId(ParsedResults results) {
        return switch (results) {
            case ParsedResults.Parsed parsed ->
                Optional.of(parsed.results().authservId()).filter(id -> !id.isEmpty());
            case ParsedResults.OtherVersion other -> Optional.of(other.authservId());
            case ParsedResults.Malformed malformed -> malformed.authservId();
        };
    }

    /** The results that the sealer states, for example {@code dmarc=pass header.from=example.org}. */
    private static List<String> statedResults(ParsedResults results) {
        return results instanceof ParsedResults.Parsed parsed
                ? parsed.results().results().stream()
                        .map(ArcExplanation::render)
                        .toList()
                : List.of();
    }

    /** The results that could not be parsed, and so do not count, each with the reason. */
    private static List<String> unreadResults(ParsedResults results) {
        return switch (results) {
            case ParsedResults.Parsed parsed -> {
                List<String> entries = new ArrayList<>();
                parsed.unread().forEach(entry -> entries.add(entry.text() + ": " + entry.problem()));
                if (parsed.truncated()) {
                    entries.add("there are more entries than are read, so none counts");
                }
                yield entries;
            }
            case ParsedResults.OtherVersion other -> List.of("all: version " + other.version() + " is not known");
            case ParsedResults.Malformed malformed ->
                List.of("all: " + malformed.detail() + ", at octet " + malformed.offset());
        };
    }

    private static String render(MethodResult result) {
        StringBuilder text = new StringBuilder(result.method()).append('=').append(result.result());
        result.properties()
                .forEach(property -> text.append(' ')
                        .append(property.type())
                        .append('.')
                        .append(property.name())
                        .append('=')
                        .append(property.value()));
        return text.toString();
    }
}
