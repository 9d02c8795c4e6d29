package org.countersign.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.TrafficRules;
import org.countersign.domain.IpNetwork;
import org.countersign.signing.AuthorPermissions;
import org.countersign.signing.UnsignedAction;

/**
 * The section {@code signing}.
 *
 * @param keys {@code keys}: the keys, each of which signs for the mail of its own domain
 * @param table {@code table}: what else signs what, and comes first
 * @param tableFile {@code table-file}: entries in a file of their own, which come second
 * @param settings how to sign, where the table does not say otherwise
 * @param userMatch {@code author-must-match-user}; empty where nothing is said
 * @param allowances {@code allow}
 * @param notAllowed {@code author-not-allowed}
 * @param noActiveKey {@code no-active-key}
 * @param keyGuard {@code key-guard}
 * @param lookAhead {@code look-ahead}
 */
public record SigningConfiguration(
        When when,
        List<KeyReference> keys,
        List<SigningTableEntry> table,
        Optional<TableFile> tableFile,
        SignatureSettings settings,
        Optional<AuthorPermissions.UserMatch> userMatch,
        List<AuthorPermissions.Allowance> allowances,
        UnsignedAction notAllowed,
        UnsignedAction noActiveKey,
        KeyMonitorSettings keyGuard,
        LookAheadConfiguration lookAhead) {
    static final SigningConfiguration DEFAULT = new SigningConfiguration(
            When.DEFAULT,
            List.of(),
            List.of(),
            Optional.empty(),
            SignatureSettings.DEFAULT,
            Optional.empty(),
            List.of(),
            UnsignedAction.UNSIGNED,
            UnsignedAction.UNSIGNED,
            KeyMonitorSettings.DEFAULT,
            LookAheadConfiguration.DEFAULT);

    private static final ValueType<String> FILE = ValueType.of("the name of a table file", ValueType.TEXT::parse);

    /**
     * The section {@code signing.when}: what marks a message as outbound. Any one is enough.
     *
     * @param authenticated {@code authenticated}: the client has logged in
     * @param networks {@code networks}: the client is in one of these
     * @param daemonNames {@code daemon-names}: it came in through a listener of one of these names
     * @param local {@code local}: a program of this machine or the mail server itself wrote it; empty: where nothing
     *     else is said
     */
    public record When(
            boolean authenticated, List<IpNetwork> networks, List<String> daemonNames, Optional<Boolean> local) {
        static final When DEFAULT = new When(
                TrafficRules.DEFAULT.signAuthenticated(),
                TrafficRules.DEFAULT.signNetworks(),
                TrafficRules.DEFAULT.signListeners(),
                Optional.empty());

        public When {
            networks = List.copyOf(networks);
            daemonNames = List.copyOf(daemonNames);
        }

        /**
         * @param signs whether there is a key at all
         */
        static When read(ConfigSection section, boolean signs) {
            When when = new When(
                    section.value("authenticated", ValueType.BOOLEAN, DEFAULT.authenticated),
                    section.list("networks", ValueType.IP_NETWORK, DEFAULT.networks),
                    section.list("daemon-names", ValueType.TEXT, DEFAULT.daemonNames),
                    section.optional("local", ValueType.BOOLEAN));
            WideNetworks.warn(section, "networks", when.networks, "is signed for, and not judged");
            if (!section.has("networks") || section.has("local")) {
                return when;
            }
            boolean coversLoopback = TrafficRules.LOOPBACK.stream()
                    .anyMatch(loopback -> when.networks.stream().anyMatch(network -> network.covers(loopback)));
            if (signs && !coversLoopback) {
                section.warn(section.location("networks")
                        .problem(
                                "leaves this machine out: mail of its programs and bounces are not signed",
                                "add local: true to sign them, or local: false if that is meant"));
            }
            // Networks that are listed are all that there are.
            return new When(when.authenticated, when.networks, when.daemonNames, Optional.of(false));
        }
    }

    /**
     * The file of {@code signing.table-file}, for the host to read.
     *
     * @param location of the name, for what the host finds wrong with it
     */
    public record TableFile(String name, ConfigLocation location) {}

    public SigningConfiguration {
        keys = List.copyOf(keys);
        table = List.copyOf(table);
        allowances = List.copyOf(allowances);
    }

    /**
     * Who may write as whom. Where the file does not say, users who have logged in may write as anybody while all keys
     * are of one domain. With keys of several domains, a user may write as the domain of the login name only.
     *
     * @param domains of how many domains there are keys, those of the table file included
     */
    public AuthorPermissions permissions(int domains) {
        AuthorPermissions.UserMatch unsaid = domains > 1 && allowances.isEmpty()
                ? AuthorPermissions.UserMatch.DOMAIN
                : AuthorPermissions.UserMatch.NONE;
        return new AuthorPermissions(userMatch.orElse(unsaid), allowances);
    }

    static SigningConfiguration read(ConfigSection section) {
        List<KeyReference> keys = readKeys(section);
        SignatureSettings settings = SignatureSettings.read(section, SignatureSettings.DEFAULT);
        boolean signs = !keys.isEmpty() || section.has("table-file");
        return new SigningConfiguration(
                When.read(section.section("when"), signs),
                keys,
                section.sections("table").stream()
                        .map(item -> SigningTableEntry.read(item, keys, settings))
                        .toList(),
                section.optional("table-file", FILE).map(name -> new TableFile(name, section.location("table-file"))),
                settings,
                section.optional(
                        "author-must-match-user", ValueType.keyword(List.of(AuthorPermissions.UserMatch.values()))),
                readAllowances(section),
                section.value(
                        "author-not-allowed",
                        ValueType.keyword(List.of(UnsignedAction.UNSIGNED, UnsignedAction.REJECT)),
                        DEFAULT.notAllowed),
                section.value(
                        "no-active-key", ValueType.keyword(List.of(UnsignedAction.values())), DEFAULT.noActiveKey),
                KeyMonitorSettings.read(section.section("key-guard")),
                LookAheadConfiguration.read(section.section("look-ahead")));
    }

    private static List<KeyReference> readKeys(ConfigSection section) {
        List<KeyReference> keys = new ArrayList<>();
        Map<String, ConfigLocation> seen = new HashMap<>();
        Map<String, ConfigLocation> names = new HashMap<>();
        for (ConfigSection item : section.sections("keys")) {
            Optional<KeyReference> key = KeyReference.readNamed(item);
            if (key.isEmpty()) {
                continue;
            }
            ConfigLocation earlier = seen.putIfAbsent(key.get().recordName(), item.location());
            if (earlier == null) {
                keys.add(key.get());
            } else {
                item.report(item.location()
                        .problem(
                                "is for the same domain and selector as the key in line " + earlier.line(),
                                "give each key a selector of its own"));
            }
            Optional<ConfigLocation> namesake =
                    key.get().name().flatMap(name -> Optional.ofNullable(names.putIfAbsent(name, item.location())));
            namesake.ifPresent(other -> item.report(item.location("name")
                    .problem("is the name of the key in line " + other.line() + " too", "give each its own")));
        }
        return keys;
    }

    private static List<AuthorPermissions.Allowance> readAllowances(ConfigSection section) {
        List<AuthorPermissions.Allowance> allowances = new ArrayList<>();
        for (ConfigSection item : section.sections("allow")) {
            List<IpNetwork> networks = item.nonEmptyList("networks", ValueType.IP_NETWORK, List.of());
            WideNetworks.warn(item, "networks", networks, "may write as these authors");
            allowances.add(new AuthorPermissions.Allowance(
                    item.nonEmptyList("users", SigningTableEntry.USERS, List.of()),
                    networks,
                    item.nonEmptyList("authors", SigningTableEntry.ADDRESSES, List.of())));
            if (!item.has("users") && !item.has("networks")) {
                item.report(item.location().problem("does not say who is allowed", "add users or networks"));
            }
            if (!item.has("authors")) {
                item.report(item.location().problem("lacks the key authors", "add authors; [\"*\"] is everybody"));
            }
        }
        return allowances;
    }
}
