package org.countersign.config;

import java.util.List;
import java.util.Optional;
import org.countersign.policy.Mode;
import org.countersign.syntax.Ascii;

/**
 * What a policy file says about the engine.
 *
 * @param authservId {@code authserv-id}: the name under which results are given (RFC 8601 §2.5); empty: the
 *     host's own name
 * @param authservIdAliases {@code authserv-id-aliases}: further names of ours, whose forged results are removed
 * @param authservIdSubdomains {@code authserv-id-subdomains}: whether every name below those is ours too
 * @param mode {@code mode}
 * @param policy {@code protect}, {@code rules} and what else decides
 */
public record Configuration(
        Optional<String> authservId,
        List<String> authservIdAliases,
        boolean authservIdSubdomains,
        Mode mode,
        DnsConfiguration dns,
        InboundConfiguration inbound,
        SpfConfiguration spf,
        DkimConfiguration dkim,
        DmarcConfiguration dmarc,
        PolicyConfiguration policy,
        ArcConfiguration arc,
        SigningConfiguration signing,
        LimitsConfiguration limits) {

    /** The settings of an empty file. */
    public static final Configuration DEFAULT = new Configuration(
            Optional.empty(),
            List.of(),
            false,
            Mode.MONITOR,
            DnsConfiguration.DEFAULT,
            InboundConfiguration.DEFAULT,
            SpfConfiguration.DEFAULT,
            DkimConfiguration.DEFAULT,
            DmarcConfiguration.DEFAULT,
            PolicyConfiguration.DEFAULT,
            ArcConfiguration.DEFAULT,
            SigningConfiguration.DEFAULT,
            LimitsConfiguration.DEFAULT);

    // RFC 8601 §2.2: a value, here always one that needs no quotes; 253 as for a host name.
    private static final ValueType<String> AUTHSERV_ID = ValueType.of(
            "a host name such as mx.example.org", text -> Optional.of(text).filter(Configuration::isToken));
    private static final int MAX_ID = 253;

    public Configuration {
        authservIdAliases = List.copyOf(authservIdAliases);
    }

    /** The same with another mode. */
    public Configuration withMode(Mode other) {
        return new Configuration(
                authservId,
                authservIdAliases,
                authservIdSubdomains,
                other,
                dns,
                inbound,
                spf,
                dkim,
                dmarc,
                policy,
                arc,
                signing,
                limits);
    }

    /** The same with another section {@code dns}. */
    public Configuration withDns(DnsConfiguration other) {
        return new Configuration(
                authservId,
                authservIdAliases,
                authservIdSubdomains,
                mode,
                other,
                inbound,
                spf,
                dkim,
                dmarc,
                policy,
                arc,
                signing,
                limits);
    }

    static Configuration read(ConfigSection root) {
        return new Configuration(
                root.optional("authserv-id", AUTHSERV_ID),
                root.list("authserv-id-aliases", AUTHSERV_ID, DEFAULT.authservIdAliases),
                root.value("authserv-id-subdomains", ValueType.BOOLEAN, DEFAULT.authservIdSubdomains),
                root.value("mode", ValueType.keyword(List.of(Mode.values())), DEFAULT.mode),
                DnsConfiguration.read(root.section("dns")),
                InboundConfiguration.read(root.section("inbound")),
                SpfConfiguration.read(root.section("spf")),
                DkimConfiguration.read(root.section("dkim")),
                DmarcConfiguration.read(root.section("dmarc")),
                PolicyConfiguration.read(root),
                ArcConfiguration.read(root.section("arc")),
                SigningConfiguration.read(root.section("signing")),
                LimitsConfiguration.read(root.section("limits")));
    }

    /** RFC 2045 §5.1: a token. */
    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_ID
                && text.chars().allMatch(c -> Ascii.isVisible(c) && "()<>@,;:\\\"/[]?=".indexOf(c) < 0);
    }
}
