package org.countersign.dkim;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.countersign.dns.StaticZone;
import org.countersign.domain.DomainName;
import org.countersign.testing.TestMessage;
import org.countersign.testing.VectorMessages;
import org.countersign.testing.VectorZones;
import org.countersign.vectors.CaseNode;

/**
 * One case of {@code vectors/dkim}.
 *
 * @param expect the expectations for each signature, by the keys of the format
 */
record DkimVector(String id, StaticZone zone, TestMessage message, List<Map<String, String>> expect) {
    static DkimVector read(CaseNode node) {
        return new DkimVector(
                node.string("id"),
                VectorZones.staticZone(node.zone()),
                VectorMessages.read(node.section("message")),
                node.section("expect").sections("dkim").stream()
                        .map(DkimVector::expectations)
                        .toList());
    }

    private static Map<String, String> expectations(CaseNode signature) {
        Map<String, String> expectations = new TreeMap<>();
        expectations.put("result", signature.string("result"));
        expectations.put("d", signature.string("d"));
        for (String key : List.of("problem", "i", "testing", "unsigned-from")) {
            signature.optionalString(key).ifPresent(text -> expectations.put(key, text));
        }
        return expectations;
    }

    /** The value of a result under a key of the format. */
    static String actual(String key, DkimResult result) {
        DkimSignature signature = result.signature();
        return switch (key) {
            case "result" -> result.keyword();
            case "problem" ->
                result.failure().map(failure -> failure.problem().name()).orElse("");
            case "d" -> signature.sdid().map(DomainName::toString).orElse("");
            case "i" -> signature.auid().orElse("");
            case "testing" -> signature.keyInTestingMode() ? "yes" : "no";
            case "unsigned-from" -> Integer.toString(signature.unsignedFromFields());
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public String toString() {
        return id;
    }
}
