package org.countersign.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.signing.AuthorPermissions;
import org.countersign.signing.KeyMonitorSettings;
import org.countersign.signing.TransportCheck;
import org.countersign.signing.UnsignedAction;

/**
 * The section {@code signing}, except {@code signing.when}.
 *
 * @param keys {@code keys}: the keys, each of which signs for the mail of its own domain
 * @param templates {@code keys} with {@code domains: ["*"]}: directories of key files
 * @param table {@code table}: further entries, which are tried first
 * @param tableFile {@code table-file}: a file with further entries, which are tried second
 * @param settings how to sign, unless an entry of the table differs
 * @param userMatch {@code author-must-match-user}; empty where the file does not say
 * @param allowances {@code allow}
 * @param notAllowed {@code author-not-allowed}
 * @param noActiveKey {@code no-active-key}
 * @param keyMonitor {@code key-guard}
 * @param transportCheck {@code look-ahead}
 */
public record SigningConfiguration(
        List<KeyEntry> keys,
        List<KeyTemplate> templates,
        List<SigningTableEntry> table,
        Optional<TableFile> tableFile,
        SignatureSettings settings,
        Optional<AuthorPermissions.UserMatch> userMatch,
        List<AuthorPermissions.Allowance> allowances,
        UnsignedAction notAllowed,
        UnsignedAction noActiveKey,
        KeyMonitorSettings keyMonitor,
        TransportCheck transportCheck) {
    private static final SigningConfiguration DEFAULT = new SigningConfiguration(
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            SignatureSettings.DEFAULT,
            Optional.empty(),
            List.of(),
            UnsignedAction.UNSIGNED,
            UnsignedAction.UNSIGNED,
            KeyMonitorSettings.DEFAULT,
            TransportCheck.DEFAULT);

    static final Section<SigningConfiguration> SECTION = Section.of("signing", DEFAULT, SigningConfiguration::read);

    private static final ValueType<String> FILE =
            ValueType.of("the name of a table file", ValueType.TEXT::parse, "file name");

    /**
     * The file of {@code signing.table-file}.
     *
     * @param name relative to the directory of the policy file
     * @param location of the key in the policy file, for messages about the file
     */
    public record TableFile(String name, ConfigLocation location) {}

    public SigningConfiguration {
        keys = List.copyOf(keys);
        templates = List.copyOf(templates);
        table = List.copyOf(table);
        allowances = List.copyOf(allowances);
    }

    /**
     * Which client may write as which author. Without a rule in the file, users who have logged in may write as any
     * author while all keys belong to one domain. With keys of several domains, a user may write only as the domain of
     * the login name.
     *
     * @param domains the number of domains that have keys, those of the table file included
     */
    public AuthorPermissions permissions(int domains) {
        AuthorPermissions.UserMatch unsaid = domains > 1 && allowances.isEmpty()
                ? AuthorPermissions.UserMatch.DOMAIN
                : AuthorPermissions.UserMatch.NONE;
        return new AuthorPermissions(userMatch.orElse(unsaid), allowances);
    }

    private static SigningConfiguration read(SettingReader<SigningConfiguration> signing) {
        SectionReader section = signing.section();
        List<KeyEntry> keys = readKeys(section);
        SignatureSettings settings = SignatureSettings.read(new SettingReader<>(section, SignatureSettings.DEFAULT));
        return new SigningConfiguration(
                keys,
                section.sections("keys").stream()
                        .filter(KeyTemplate::isTemplate)
                        .flatMap(item -> KeyTemplate.read(item).stream())
                        .toList(),
                section.sections("table").stream()
                        .map(item -> SigningTableEntry.read(item, keys, settings))
                        .toList(),
                signing.setting(
                                "table-file",
                                "A file with a line for each author and key: see"
                                        + " [the signing table](#the-signing-table).")
                        .optional(FILE, "none")
                        .map(name -> new TableFile(name, section.location("table-file"))),
                settings,
                signing.setting(
                                "author-must-match-user",
                                "Which authors a user who has logged in may write as: see"
                                        + " [the signing table](#the-signing-table).")
                        .optional(
                                ValueType.keyword(List.of(AuthorPermissions.UserMatch.values())),
                                "`none`, but `domain` with keys of several domains"),
                readAllowances(section),
                signing.setting("author-not-allowed", "What to do with mail whose client may not write as its author.")
                        .keyword(
                                SigningConfiguration::notAllowed,
                                List.of(UnsignedAction.UNSIGNED, UnsignedAction.REJECT)),
                signing.setting("no-active-key", "What to do with mail none of whose keys is active.")
                        .keyword(SigningConfiguration::noActiveKey, List.of(UnsignedAction.values())),
                signing.section(Sections.KEY_MONITOR),
                signing.section(Sections.TRANSPORT_CHECK));
    }

    private static List<KeyEntry> readKeys(SectionReader section) {
        List<KeyEntry> keys = new ArrayList<>();
        Map<String, ConfigLocation> seen = new HashMap<>();
        Map<String, ConfigLocation> names = new HashMap<>();
        for (SectionReader item : section.sections("keys")) {
            if (KeyTemplate.isTemplate(item)) {
                continue;
            }
            List<KeyEntry> ofItem = KeyEntry.readNamed(item);
            for (KeyEntry key : ofItem) {
                ConfigLocation earlier = seen.putIfAbsent(key.recordName(), item.location());
                if (earlier == null) {
                    keys.add(key);
                } else {
                    item.report(
                            "is for the same domain and selector as the key in line " + earlier.line(),
                            "give each key its own selector");
                }
            }
            // An item with a name has one key.
            Optional<ConfigLocation> namesake = ofItem.stream()
                    .flatMap(key -> key.name().stream())
                    .findFirst()
                    .flatMap(name -> Optional.ofNullable(names.putIfAbsent(name, item.location())));
            namesake.ifPresent(other -> item.report(
                    "name", "is the name of the key in line " + other.line() + " too", "give each its own"));
        }
        return keys;
    }

    private static List<AuthorPermissions.Allowance> readAllowances(SectionReader section) {
        List<AuthorPermissions.Allowance> allowances = new ArrayList<>();
        for (SectionReader item : section.sections("allow")) {
            List<IpNetwork> networks = item.nonEmptyList("networks", ValueType.IP_NETWORK, List.of());
            NetworkReview.warn(item, "networks", networks, "may write as these authors");
            allowances.add(new AuthorPermissions.Allowance(
                    item.nonEmptyList("users", SigningTableEntry.USERS, List.of()),
                    networks,
                    item.nonEmptyList("authors", SigningTableEntry.ADDRESSES, List.of())));
            if (!item.has("users") && !item.has("networks")) {
                item.report("does not say who is allowed", "add users or networks");
            }
            if (!item.has("authors")) {
                item.report("lacks the key authors", "add authors; [\"*\"] is everybody");
            }
        }
        return allowances;
    }
}
