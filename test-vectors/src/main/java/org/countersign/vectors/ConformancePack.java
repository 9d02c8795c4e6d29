package org.countersign.vectors;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whole messages with their DNS records and the expected verdicts. */
public final class ConformancePack {
    /** The host that receives every message of the pack, and its authserv-id. */
    public static final String RECEIVING_HOST = "mx.receiver.example";

    /** The minimum number of cases, so that none is lost. */
    public static final int FLOOR = 81;

    private static final String FOLDER = "conformance/";
    private static final String DESCRIPTION = "/case.yaml";
    private static final String MESSAGE = "/message.eml";

    private ConformancePack() {}

    /**
     * Every case, in the order of the ids.
     *
     * @throws MalformedVectorException if a case does not follow the format or cases are missing
     */
    public static List<ConformanceCase> load() {
        List<ConformanceCase> cases = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (String name : VectorResources.below(FOLDER)) {
            if (name.endsWith(DESCRIPTION)) {
                String folder = name.substring(0, name.length() - DESCRIPTION.length());
                CaseNode node = CaseNode.of(name, "", VectorResources.yaml(name));
                VectorFile.requireHead(node, ids);
                if (!folder.equals(FOLDER + node.string("id"))) {
                    throw node.problem("id", "must be the name of the folder");
                }
                cases.add(read(node, folder + MESSAGE, VectorResources.octets(folder + MESSAGE)));
            }
        }
        return VectorFile.counted(FOLDER, FLOOR, cases);
    }

    static ConformanceCase read(CaseNode node, String messageName, byte[] message) {
        ConformanceCase found = new ConformanceCase(
                node.string("id"),
                node.strings("rfc"),
                node.string("why").strip(),
                node.zone(),
                SmtpFacts.read(node.section("smtp")),
                node.instant("clock"),
                node.optionalOneOf("mode", List.of("enforce", "monitor"))
                        .filter("monitor"::equals)
                        .map(monitor -> ConformanceCase.Mode.MONITOR)
                        .orElse(ConformanceCase.Mode.ENFORCE),
                node.optionalString("policy"),
                Expectation.read(node.section("expect")),
                ByteBuffer.wrap(message));
        node.refuseUnreadKeys();
        requireLineEnds(messageName, message);
        return found;
    }

    /**
     * Rejects a file with LF line ends: a checkout or an editor that replaced CRLF would invalidate every signature.
     */
    private static void requireLineEnds(String name, byte[] message) {
        boolean afterReturn = false;
        for (int at = 0; at < message.length; at++) {
            boolean lastIsReturn = at == message.length - 1 && message[at] == '\r';
            if ((message[at] == '\n') != afterReturn || lastIsReturn) {
                throw new MalformedVectorException(name, "", "a line does not end in CRLF at octet " + at);
            }
            afterReturn = message[at] == '\r';
        }
    }
}
