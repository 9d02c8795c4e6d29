package org.countersign.arc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.countersign.dns.StaticZone;
import org.countersign.testing.TestMessage;
import org.countersign.testing.VectorMessages;
import org.countersign.testing.VectorZones;
import org.countersign.vectors.CaseNode;

/**
 * One case of {@code vectors/arc}.
 *
 * @param expect the expectations for the chain, by the keys of the format
 */
record ArcVector(String id, StaticZone zone, TestMessage message, Map<String, String> expect) {
    static ArcVector read(CaseNode node) {
        CaseNode arc = node.section("expect").section("arc");
        Map<String, String> expect = new TreeMap<>();
        expect.put("result", arc.string("result"));
        for (String key : List.of("problem", "instance", "oldest-pass")) {
            arc.optionalString(key).ifPresent(text -> expect.put(key, text));
        }
        for (String key : List.of("sealers", "content")) {
            if (arc.has(key)) {
                expect.put(key, String.join(" ", arc.strings(key)));
            }
        }
        return new ArcVector(
                node.string("id"),
                VectorZones.staticZone(node.zone()),
                VectorMessages.read(node.section("message")),
                expect);
    }

    /** The value of a result under a key of the format. */
    static String actual(String key, ArcResult result) {
        return switch (key) {
            case "result" -> result.keyword();
            case "problem" -> ((ArcResult.Fail) result).problem().name();
            case "instance" ->
                Integer.toString(
                        result instanceof ArcResult.TempError error
                                ? error.instance()
                                : ((ArcResult.Fail) result).instance());
            case "oldest-pass" -> Integer.toString(chain(result).oldestPass());
            case "sealers" ->
                chain(result).sets().stream()
                        .map(set -> set.sealer().toString())
                        .collect(Collectors.joining(" "));
            case "content" ->
                chain(result).sets().stream()
                        .map(set ->
                                set.content().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(" "));
            default -> throw new IllegalArgumentException(key);
        };
    }

    private static ArcChain chain(ArcResult result) {
        return ((ArcResult.Pass) result).chain();
    }

    @Override
    public String toString() {
        return id;
    }
}
