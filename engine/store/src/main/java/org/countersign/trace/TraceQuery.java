package org.countersign.trace;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;

/**
 * Which messages to find; all conditions must hold.
 *
 * @param verdict the keyword of a verdict
 * @param wouldBe the keyword of a verdict that {@code mode: monitor} did not carry out
 * @param author the Author Domain
 * @param rule the name of the rule that decided
 * @param client the network of the SMTP client
 * @param since the earliest time
 */
public record TraceQuery(
        Optional<String> verdict,
        Optional<String> wouldBe,
        Optional<DomainName> author,
        Optional<String> rule,
        Optional<IpNetwork> client,
        Optional<Instant> since) {
    /** An SQL expression and its values. */
    record Condition(String sql, List<Object> values) {}

    Condition condition() {
        List<String> parts = new ArrayList<>(List.of("id >= ?"));
        List<Object> values = new ArrayList<>(List.of(since.map(TraceIds::first).orElse(0L)));
        verdict.ifPresent(word -> {
            parts.add("verdict = ?");
            values.add(TraceRow.column(word));
        });
        wouldBe.ifPresent(word -> {
            parts.add("would_be = ?");
            values.add(TraceRow.column(word));
        });
        author.ifPresent(domain -> {
            parts.add("author = ?");
            values.add(TraceRow.column(domain.toString()));
        });
        rule.ifPresent(name -> {
            parts.add("rule = ?");
            values.add(TraceRow.column(name));
        });
        client.ifPresent(network -> {
            byte[] first = bound(network, 0);
            // Octets are compared as unsigned numbers, first to last, in both databases.
            parts.add("length(client) = ? AND client >= ? AND client <= ?");
            values.addAll(List.of(first.length, first, bound(network, 0xFF)));
        });
        return new Condition(String.join(" AND ", parts), List.copyOf(values));
    }

    /** The first or the last address of a network. */
    private static byte[] bound(IpNetwork network, int rest) {
        InetAddress address = network.address();
        byte[] octets = address.getAddress();
        for (int i = 0; i < octets.length; i++) {
            int kept = Math.clamp(network.prefixLength() - i * Byte.SIZE, 0, Byte.SIZE);
            int mask = (0xFF << (Byte.SIZE - kept)) & 0xFF;
            octets[i] = (byte) ((octets[i] & mask) | (rest & ~mask));
        }
        return octets;
    }
}
