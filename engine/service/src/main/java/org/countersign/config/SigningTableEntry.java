package org.countersign.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.AddressPattern;
import org.countersign.domain.UserPattern;
import org.countersign.signing.AuidChoice;

/**
 * An item of {@code signing.table}.
 *
 * @param authors patterns of addresses in the From field
 * @param mailFrom the patterns of {@code mail-from}
 * @param users patterns of the authenticated user
 * @param recipients the patterns of the addresses that the mail goes to
 * @param keys the keys that {@code keys} names, in their order
 * @param settings how to sign; settings that the item lacks are those of {@code signing}
 */
public record SigningTableEntry(
        ConfigLocation location,
        List<AddressPattern> authors,
        List<AddressPattern> mailFrom,
        List<UserPattern> users,
        List<AddressPattern> recipients,
        List<KeyEntry> keys,
        SignatureSettings settings) {
    static final ValueType<AddressPattern> ADDRESSES = ValueType.of(
            "an address, a domain, the domains below one or all, such as a@example.org, example.org,"
                    + " \"*.example.org\" or \"*\"",
            AddressPattern::parse);

    static final ValueType<UserPattern> USERS = ValueType.of(
            "a user, all users of a domain or all, such as alice, \"*@example.org\" or \"*\"", UserPattern::parse);

    private static final List<String> CONDITIONS = List.of("author", "mail-from", "user", "recipient");

    public SigningTableEntry {
        authors = List.copyOf(authors);
        mailFrom = List.copyOf(mailFrom);
        users = List.copyOf(users);
        recipients = List.copyOf(recipients);
        keys = List.copyOf(keys);
    }

    static SigningTableEntry read(SectionReader section, List<KeyEntry> known, SignatureSettings defaults) {
        SigningTableEntry entry = new SigningTableEntry(
                section.location(),
                section.nonEmptyList("author", ADDRESSES, List.of()),
                section.nonEmptyList("mail-from", ADDRESSES, List.of()),
                section.nonEmptyList("user", USERS, List.of()),
                section.nonEmptyList("recipient", ADDRESSES, List.of()),
                keys(section, known),
                SignatureSettings.read(new SettingReader<>(section, defaults)));
        if (CONDITIONS.stream().noneMatch(section::has)) {
            section.report(
                    "does not say which mail it is for",
                    "add author, mail-from, user or recipient; author: [\"*\"] is all");
        }
        if (entry.settings.auid() instanceof AuidChoice.Domain(var auid)
                && entry.keys.stream().noneMatch(key -> auid.isWithin(key.domain()))
                && !entry.keys.isEmpty()) {
            section.report("auid", "is not the domain of one of the keys, nor below it", "correct it or remove it");
        }
        return entry;
    }

    private static List<KeyEntry> keys(SectionReader section, List<KeyEntry> known) {
        if (!section.has("keys")) {
            section.report("lacks the key keys", "add keys; [] is for mail not to be signed");
        }
        List<KeyEntry> keys = new ArrayList<>();
        for (String name : section.list("keys", ValueType.TEXT, List.of())) {
            List<KeyEntry> found =
                    known.stream().filter(key -> isCalled(key, name)).toList();
            if (found.isEmpty()) {
                section.report(unknown(section, name, known));
            }
            found.stream().filter(key -> !keys.contains(key)).forEach(keys::add);
        }
        return keys;
    }

    private static boolean isCalled(KeyEntry key, String name) {
        return key.name().filter(name::equals).isPresent()
                || key.recordName().equalsIgnoreCase(name)
                || key.domain().toString().equalsIgnoreCase(name);
    }

    private static ConfigProblem unknown(SectionReader section, String name, List<KeyEntry> known) {
        List<String> names = new ArrayList<>();
        for (KeyEntry key : known) {
            key.name().ifPresent(names::add);
            names.add(key.recordName());
            names.add(key.domain().toString());
        }
        Optional<String> near = Suggestions.nearest(name, names).map(word -> "did you mean " + word + "?");
        return new ConfigProblem(
                section.location("keys"),
                "no key in signing.keys has the name, the record name or the domain " + SectionReader.quoted(name),
                near.or(() -> Optional.of("add the key there")));
    }
}
