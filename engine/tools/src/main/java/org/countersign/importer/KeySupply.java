package org.countersign.importer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.crypto.RsaEngine;
import org.countersign.domain.DomainName;
import org.countersign.keys.SigningKey;
import org.countersign.service.FileFailure;
import org.countersign.service.FileFailure.Reason;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * Checks the private keys of the old configuration, each file once. A key that the new service would refuse is copied, so
 * that the result can be loaded. No text of this class contains any part of a key.
 */
final class KeySupply {
    private static final int MAX_KEY = 64 * 1024;
    private static final int MAX_SINGLE = 3;

    /** What the old program did with mail whose key it could not use. */
    enum Without {
        DEFERRED(" OpenDKIM deferred every mail that needs this key. It is left out, so that mail goes unsigned."),
        UNSIGNED(" rspamd did not sign with it either. It is left out.");

        private final String consequence;

        Without(String consequence) {
            this.consequence = consequence;
        }

        /** The class of a key whose file does not exist. */
        FindingClass missing() {
            return this == DEFERRED ? FindingClass.DANGER : FindingClass.DEAD;
        }
    }

    private final OldFiles files;
    private final Findings findings;
    private final boolean mayCopy;
    private final Without without;
    private final Map<Path, Optional<Path>> checked = new HashMap<>();
    private final Map<String, Octets> copies = new LinkedHashMap<>();
    private final List<Refused> refused = new ArrayList<>();
    private final Map<Path, SigningKey> keys = new HashMap<>();
    private final Map<String, DraftKey> byRecord = new HashMap<>();

    /**
     * @param mayCopy whether there is a directory for copies of keys
     */
    KeySupply(OldFiles files, Findings findings, boolean mayCopy, Without without) {
        this.without = without;
        this.files = files;
        this.findings = findings;
        this.mayCopy = mayCopy;
    }

    /** A key file that the new service would refuse, and its copy. */
    private record Refused(Origin origin, String said, String why, Path copy) {}

    /** Says which keys were copied. A hundred of them are one finding, so that they hide no other. */
    void reportCopies() {
        if (refused.size() <= MAX_SINGLE) {
            refused.forEach(each -> findings.add(
                    FindingClass.CHANGED,
                    each.origin(),
                    each.said(),
                    "Our check of key files refuses this one: " + each.why()
                            + " A copy that nobody but its owner and the service can read is in " + each.copy()
                            + "; the old file is unchanged."));
            return;
        }
        Refused first = refused.getFirst();
        findings.add(
                FindingClass.CHANGED,
                first.origin(),
                refused.size() + " key files",
                "Our check of key files refuses them. The first: " + first.why()
                        + " Copies that nobody but their owner and the service can read are in keys/; the old files are unchanged.");
    }

    /** The keys to be written, by their names relative to the new policy file. */
    Map<String, Octets> copies() {
        return new LinkedHashMap<>(copies);
    }

    /** The public half of a key that was found, for its record in the DNS. */
    Optional<SigningKey> publicHalf(DraftKey key) {
        return Optional.ofNullable(keys.get(key.file()));
    }

    /** Where a file of the old system is on this one. */
    boolean exists(String file) throws FileFailure {
        return files.exists(file);
    }

    /**
     * A key whose private half is in a file.
     *
     * @param file its name on the old system
     * @return empty if it cannot be used, which is among the findings
     */
    Optional<DraftKey> fromFile(DomainName domain, DomainName selector, String file, Origin origin, String said)
            throws FileFailure {
        Path here = files.here(file);
        Optional<Path> usable = checked.get(here);
        if (usable == null) {
            usable = check(here, domain, selector, origin, said);
            checked.put(here, usable);
        }
        return usable.flatMap(path -> unique(new DraftKey(domain, selector, path), origin, said));
    }

    /** A key whose private half is in a file of this system that the user has made. */
    Optional<DraftKey> fromDump(DomainName domain, DomainName selector, Path file, Origin origin) {
        return check(file.toAbsolutePath().normalize(), domain, selector, origin, domain + " " + selector)
                .flatMap(path -> unique(new DraftKey(domain, selector, path), origin, domain + " " + selector));
    }

    /** A key whose private half is in the configuration itself, as PEM or as base64 of DER. */
    Optional<DraftKey> fromText(DomainName domain, DomainName selector, String text, Origin origin, String said) {
        Octets octets = Octets.utf8(text.startsWith("-----") ? text : pem(text));
        if (!(SigningKey.parse(octets, Optional.empty(), RsaEngine.jca())
                instanceof Parsed.Value<SigningKey, String>(SigningKey key))) {
            findings.add(
                    FindingClass.DANGER, origin, said, "The key in this line cannot be read." + without.consequence);
            return Optional.empty();
        }
        if (!mayCopy) {
            findings.add(
                    FindingClass.DANGER,
                    origin,
                    said,
                    "The private key stands in the table itself. Give --out DIR, and it is written to a file.");
            return Optional.empty();
        }
        findings.add(
                FindingClass.CHANGED,
                origin,
                said,
                "The private key stands in the table itself: it is written to a file.");
        return unique(new DraftKey(domain, selector, copy(domain, selector, octets, key)), origin, said);
    }

    private static String pem(String base64) {
        StringBuilder pem = new StringBuilder("-----BEGIN PRIVATE KEY-----\n");
        for (int at = 0; at < base64.length(); at += 64) {
            pem.append(base64, at, Math.min(base64.length(), at + 64)).append('\n');
        }
        return pem.append("-----END PRIVATE KEY-----\n").toString();
    }

    private Path copy(DomainName domain, DomainName selector, Octets octets, SigningKey key) {
        String name = "keys/" + domain + "." + selector + ".pem";
        copies.put(name, octets);
        Path file = Path.of(name);
        keys.put(file, key);
        return file;
    }

    private Optional<Path> check(Path here, DomainName domain, DomainName selector, Origin origin, String said) {
        Octets text;
        Optional<FileFailure> unsafe = Optional.empty();
        try {
            text = HostFiles.readSecret(here, here.toString());
        } catch (FileFailure failure) {
            unsafe = Optional.of(failure);
            try {
                text = HostFiles.read(here, here.toString(), MAX_KEY);
            } catch (FileFailure unreadable) {
                String why = unreadable.reason() == Reason.MISSING
                        ? "The key file does not exist."
                        : unreadable.lines().getFirst() + ".";
                findings.add(
                        unreadable.reason() == Reason.MISSING ? without.missing() : FindingClass.DANGER,
                        origin,
                        said,
                        why + without.consequence);
                return Optional.empty();
            }
        }
        return switch (SigningKey.parse(text, Optional.empty(), RsaEngine.jca())) {
            case Parsed.Malformed<SigningKey, String>(String reason) -> {
                findings.add(
                        FindingClass.DANGER,
                        origin,
                        said,
                        "The key cannot be used: " + reason + "." + without.consequence);
                yield Optional.empty();
            }
            case Parsed.Value<SigningKey, String>(SigningKey key) -> {
                if (unsafe.isPresent()) {
                    yield Optional.of(unsafe(here, domain, selector, text, key, origin, said, unsafe.get()));
                }
                keys.put(here, key);
                yield Optional.of(here);
            }
        };
    }

    private Path unsafe(
            Path here,
            DomainName domain,
            DomainName selector,
            Octets text,
            SigningKey key,
            Origin origin,
            String said,
            FileFailure failure) {
        String why = failure.lines().getFirst() + ".";
        if (mayCopy) {
            Path copied = copy(domain, selector, text, key);
            refused.add(new Refused(origin, said, why, copied));
            return copied;
        }
        findings.add(
                FindingClass.DANGER,
                origin,
                said,
                "Our check of key files refuses this one, and the service does not start until it is corrected: "
                        + why);
        keys.put(here, key);
        return here;
    }

    private Optional<DraftKey> unique(DraftKey key, Origin origin, String said) {
        DraftKey earlier = byRecord.putIfAbsent(key.recordName(), key);
        if (earlier == null || earlier.file().equals(key.file())) {
            return Optional.of(key);
        }
        findings.add(
                FindingClass.CHANGED,
                origin,
                said,
                "Another line has a different key for " + key.recordName()
                        + ". The DNS can have only one of them, so one of the two signatures never verified. The first is kept.");
        return Optional.of(earlier);
    }
}
