package org.countersign.spf;

import java.util.Optional;
import org.countersign.domain.IpNetwork;

/** A test on the client's address (RFC 7208 §5). */
public sealed interface Mechanism {
    /** The mechanism as written in a record. */
    String render();

    /** A mechanism that causes DNS lookups, about the target name that its domain-spec gives (RFC 7208 §§4.6.4, 4.8). */
    sealed interface WithTarget extends Mechanism {
        /** Empty for the domain of the record. */
        Optional<MacroString> domainSpec();
    }

    /** {@code all}: always matches (RFC 7208 §5.1). */
    record All() implements Mechanism {
        @Override
        public String render() {
            return "all";
        }
    }

    /** {@code include}: matches if the result for the other domain is pass (RFC 7208 §5.2). */
    record Include(MacroString target) implements WithTarget {
        @Override
        public Optional<MacroString> domainSpec() {
            return Optional.of(target);
        }

        @Override
        public String render() {
            return "include:" + target.render();
        }
    }

    /**
     * {@code a}: matches if the client has an address of the target (RFC 7208 §5.3).
     *
     * @param domainSpec empty for the domain of the record
     */
    record A(Optional<MacroString> domainSpec, DualPrefix prefix) implements WithTarget {
        @Override
        public String render() {
            return "a" + argument(domainSpec) + prefix.render();
        }
    }

    /**
     * {@code mx}: matches if the client has an address of a mail exchanger of the target (RFC 7208 §5.4).
     *
     * @param domainSpec empty for the domain of the record
     */
    record Mx(Optional<MacroString> domainSpec, DualPrefix prefix) implements WithTarget {
        @Override
        public String render() {
            return "mx" + argument(domainSpec) + prefix.render();
        }
    }

    /**
     * {@code ptr}: matches if a validated name of the client is the target or below it (RFC 7208 §5.5).
     *
     * @param domainSpec empty for the domain of the record
     */
    record Ptr(Optional<MacroString> domainSpec) implements WithTarget {
        @Override
        public String render() {
            return "ptr" + argument(domainSpec);
        }
    }

    /** {@code ip4}: matches if the client is in this network (RFC 7208 §5.6). */
    record Ip4(IpNetwork network) implements Mechanism {
        @Override
        public String render() {
            return "ip4:" + renderNetwork(network, 32);
        }
    }

    /** {@code ip6}: matches if the client is in this network (RFC 7208 §5.6). */
    record Ip6(IpNetwork network) implements Mechanism {
        @Override
        public String render() {
            return "ip6:" + renderNetwork(network, 128);
        }
    }

    /** {@code exists}: matches if the target has any A record (RFC 7208 §5.7). */
    record Exists(MacroString target) implements WithTarget {
        @Override
        public Optional<MacroString> domainSpec() {
            return Optional.of(target);
        }

        @Override
        public String render() {
            return "exists:" + target.render();
        }
    }

    /**
     * How many leading bits of an address must be equal, for each address family.
     *
     * @param ip4 0 to 32
     * @param ip6 0 to 128
     */
    record DualPrefix(int ip4, int ip6) {
        /** All bits. */
        static final DualPrefix WHOLE = new DualPrefix(32, 128);

        public DualPrefix {
            if (ip4 < 0 || ip4 > 32 || ip6 < 0 || ip6 > 128) {
                throw new IllegalArgumentException("prefix lengths " + ip4 + " and " + ip6);
            }
        }

        String render() {
            return (ip4 == 32 ? "" : "/" + ip4) + (ip6 == 128 ? "" : "//" + ip6);
        }
    }

    private static String argument(Optional<MacroString> domainSpec) {
        return domainSpec.map(text -> ":" + text.render()).orElse("");
    }

    private static String renderNetwork(IpNetwork network, int allBits) {
        String address = IpNetwork.renderAddress(network.address());
        return network.prefixLength() == allBits ? address : address + "/" + network.prefixLength();
    }
}
