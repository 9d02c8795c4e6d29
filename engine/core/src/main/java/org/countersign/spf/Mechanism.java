package org.countersign.spf;

import java.util.Optional;
import org.countersign.domain.IpNetwork;

/** A test on the client's address (RFC 7208 §5). */
public sealed interface Mechanism {
    /** The mechanism as it stands in a record. */
    String render();

    /** {@code all}: always matches (RFC 7208 §5.1). */
    record All() implements Mechanism {
        @Override
        public String render() {
            return "all";
        }
    }

    /** {@code include}: matches where the other domain's record gives pass (RFC 7208 §5.2). */
    record Include(MacroString target) implements Mechanism {
        @Override
        public String render() {
            return "include:" + target.render();
        }
    }

    /**
     * {@code a}: matches an address of the target (RFC 7208 §5.3).
     *
     * @param target empty for the domain whose record this stands in
     */
    record A(Optional<MacroString> target, DualPrefix prefix) implements Mechanism {
        @Override
        public String render() {
            return "a" + argument(target) + prefix.render();
        }
    }

    /**
     * {@code mx}: matches an address of a host that takes the target's mail (RFC 7208 §5.4).
     *
     * @param target empty for the domain whose record this stands in
     */
    record Mx(Optional<MacroString> target, DualPrefix prefix) implements Mechanism {
        @Override
        public String render() {
            return "mx" + argument(target) + prefix.render();
        }
    }

    /**
     * {@code ptr}: matches where a validated name of the client is within the target (RFC 7208 §5.5).
     *
     * @param target empty for the domain whose record this stands in
     */
    record Ptr(Optional<MacroString> target) implements Mechanism {
        @Override
        public String render() {
            return "ptr" + argument(target);
        }
    }

    /** {@code ip4}: matches an address of this network (RFC 7208 §5.6). */
    record Ip4(IpNetwork network) implements Mechanism {
        @Override
        public String render() {
            return "ip4:" + shortest(network, 32);
        }
    }

    /** {@code ip6}: matches an address of this network (RFC 7208 §5.6). */
    record Ip6(IpNetwork network) implements Mechanism {
        @Override
        public String render() {
            return "ip6:" + shortest(network, 128);
        }
    }

    /** {@code exists}: matches where the target has an A record, whatever it says (RFC 7208 §5.7). */
    record Exists(MacroString target) implements Mechanism {
        @Override
        public String render() {
            return "exists:" + target.render();
        }
    }

    /**
     * How many leading bits of an address of either family have to agree.
     *
     * @param ip4 0 to 32
     * @param ip6 0 to 128
     */
    record DualPrefix(int ip4, int ip6) {
        /** Every bit. */
        public static final DualPrefix WHOLE = new DualPrefix(32, 128);

        public DualPrefix {
            if (ip4 < 0 || ip4 > 32 || ip6 < 0 || ip6 > 128) {
                throw new IllegalArgumentException("prefix lengths " + ip4 + " and " + ip6);
            }
        }

        String render() {
            return (ip4 == 32 ? "" : "/" + ip4) + (ip6 == 128 ? "" : "//" + ip6);
        }
    }

    private static String argument(Optional<MacroString> target) {
        return target.map(text -> ":" + text.render()).orElse("");
    }

    private static String shortest(IpNetwork network, int whole) {
        String address = IpNetwork.renderAddress(network.address());
        return network.prefixLength() == whole ? address : address + "/" + network.prefixLength();
    }
}
