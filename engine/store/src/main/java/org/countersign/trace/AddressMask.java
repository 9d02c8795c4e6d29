package org.countersign.trace;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.IpNetwork;
import org.countersign.domain.ReversePath;
import org.countersign.explain.Explanation;

/**
 * Removes from an explanation what names a person or a single client. Recipients, users and host names of clients are left
 * out. The part before the {@code @} of every address is replaced, and only the network of the client stays. Domains stay,
 * because an explanation without them explains nothing.
 *
 * <p>SPF macros can put parts of the sender's address into the names of DNS queries. The whole local part is replaced
 * there, and the client's address in all its notations.
 */
final class AddressMask {
    private static final int IPV4_PREFIX = 24;
    private static final int IPV6_PREFIX = 48;
    // Shorter ones occur in ordinary words.
    private static final int MIN_LOCAL_PART = 3;
    private static final Set<String> LEFT_OUT = Set.of("recipients", "addresses", "user", "host-name", "client-name");
    private static final Set<String> PROPERTIES =
            Set.of("smtp.mailfrom", "smtp.helo", "header.from", "header.i", "header.d", "envelope-from", "i");

    private final Map<String, String> replacements = new HashMap<>();

    private AddressMask() {}

    /** The first address of the client's network. */
    static InetAddress network(InetAddress client) {
        byte[] octets = client.getAddress();
        int kept = (client instanceof Inet4Address ? IPV4_PREFIX : IPV6_PREFIX) / Byte.SIZE;
        for (int i = kept; i < octets.length; i++) {
            octets[i] = 0;
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("the length is that of an address", impossible);
        }
    }

    static Explanation.Group mask(Explanation.Group tree, TracedMessage message) {
        AddressMask mask = new AddressMask();
        message.client().map(IpNetwork::plain).ifPresent(mask::addClient);
        if (ReversePath.parse(message.mailFrom()) instanceof ReversePath.Address address
                && address.localPart().length() >= MIN_LOCAL_PART) {
            mask.replacements.put(address.localPart(), "*");
        }
        return mask.group(tree);
    }

    private void addClient(InetAddress client) {
        InetAddress network = network(client);
        replacements.put(
                IpNetwork.renderAddress(client),
                IpNetwork.of(network, client instanceof Inet4Address ? IPV4_PREFIX : IPV6_PREFIX)
                        .toString());
        // As in the names of DNS queries: by octets, or by halves of octets for IPv6, in both directions.
        List<String> labels = labels(client);
        replacements.put(String.join(".", labels.reversed()), "*");
        if (!(client instanceof Inet4Address)) {
            replacements.put(String.join(".", labels), "*");
        }
    }

    private static List<String> labels(InetAddress address) {
        List<String> labels = new ArrayList<>();
        for (byte octet : address.getAddress()) {
            if (address instanceof Inet4Address) {
                labels.add(Integer.toString(octet & 0xFF));
            } else {
                labels.add(Integer.toHexString((octet >> 4) & 0xF));
                labels.add(Integer.toHexString(octet & 0xF));
            }
        }
        return labels;
    }

    private Explanation.Group group(Explanation.Group tree) {
        Explanation.Group copy = new Explanation.Group();
        for (Map.Entry<String, Explanation> member : tree.members().entrySet()) {
            if (!LEFT_OUT.contains(member.getKey())) {
                copy.put(member.getKey(), value(member.getValue()));
            }
        }
        return copy;
    }

    private Explanation value(Explanation value) {
        return switch (value) {
            case Explanation.Text(String text) -> new Explanation.Text(text(text));
            case Explanation.Count count -> count;
            case Explanation.Flag flag -> flag;
            case Explanation.Items(List<Explanation> items) ->
                new Explanation.Items(items.stream().map(this::value).toList());
            case Explanation.Group group -> group(group);
        };
    }

    private String text(String text) {
        String masked = withoutLocalParts(text);
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            masked = masked.replace(each.getKey(), each.getValue());
        }
        return masked;
    }

    /** Replaces the part before each {@code @}, up to the character that an unquoted local part cannot have. */
    static String withoutLocalParts(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return text;
        }
        StringBuilder masked = new StringBuilder();
        int copied = 0;
        for (; at >= 0; at = text.indexOf('@', at + 1)) {
            int begin = localPart(text, copied, at);
            masked.append(text, copied, begin);
            if (begin < at) {
                masked.append('*');
            }
            masked.append('@');
            copied = at + 1;
        }
        return masked.append(text, copied, text.length()).toString();
    }

    /** The index where the local part before the {@code @} begins, not before {@code from}. */
    private static int localPart(String text, int from, int at) {
        int begin = at;
        if (begin > from && text.charAt(begin - 1) == '"') {
            int quote = text.lastIndexOf('"', begin - 2);
            // A quoted pair (RFC 5322 §3.2.1). Backslashes may have been doubled for display, so their number tells
            // nothing.
            while (quote > from && text.charAt(quote - 1) == '\\') {
                quote = text.lastIndexOf('"', quote - 1);
            }
            return quote >= from ? quote : begin - 1;
        }
        while (begin > from && isLocal(text.charAt(begin - 1))) {
            begin--;
        }
        int equals = text.indexOf('=', begin);
        return equals > begin && equals < at && PROPERTIES.contains(text.substring(begin, equals)) ? equals + 1 : begin;
    }

    private static boolean isLocal(char c) {
        return c > ' ' && "<>()[],;:\"\\".indexOf(c) < 0;
    }

    /** The network of the client, where the mask is on. */
    static Optional<InetAddress> client(TracedMessage message, boolean addresses) {
        return message.client().map(IpNetwork::plain).map(client -> addresses ? client : network(client));
    }
}
