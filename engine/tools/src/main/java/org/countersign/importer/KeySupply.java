package org.countersign.importer;

import java.nio.file.Files;
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

    private final OldFiles files;
    private final Findings findings;
    private final boolean mayCopy;
    private final OldSigner signer;
    private final Map<Path, Optional<Path>> checked = new HashMap<>();
    private final Map<String, Octets> copies = new LinkedHashMap<>();
    private final List<Refused> refused = new ArrayList<>();
    private final Map<Path, SigningKey> keys = new HashMap<>();
    private final Map<String, DraftKey> byRecord = new HashMap<>();

    /**
     * @param mayCopy whether there is a directory for copies of keys
     * @param signer the program that used the keys
     */
    KeySupply(OldFiles files, Findings findings, boolean mayCopy, OldSigner signer) {
        this.signer = signer;
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
                    FindingClass.DANGER, origin, said, "The key in this line cannot be read. " + signer.withoutKey());
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
                boolean missing = unreadable.reason() == Reason.MISSING;
                findings.add(
                        missing ? signer.missing() : FindingClass.DANGER,
                        origin,
                        said,
                        (Files.exists(here) || !missing
                                        ? sentence(unreadable.lines().getFirst())
                                        : "The key file does not exist.")
                                + " " + signer.withoutKey());
                return Optional.empty();
            }
        }
        if (SigningKey.parse(text, Optional.empty(), RsaEngine.jca())
                instanceof Parsed.Value<SigningKey, String>(SigningKey key)) {
            signer.unusable(text, key)
                    .ifPresent(why -> findings.add(
                            FindingClass.CHANGED,
                            origin,
                            said,
                            why + " Here the key signs: see that its record is in the DNS."));
            if (unsafe.isPresent()) {
                return Optional.of(unsafe(here, domain, selector, text, key, origin, said, unsafe.get()));
            }
            keys.put(here, key);
            return Optional.of(here);
        }
        return converted(text, domain, selector, origin, said);
    }

    /** A key in a form that the old program read and the service does not. */
    private Optional<Path> converted(Octets text, DomainName domain, DomainName selector, Origin origin, String said) {
        Optional<Octets> converted = signer.converted(text);
        Octets readable = converted.orElse(text);
        return switch (SigningKey.parse(readable, Optional.empty(), RsaEngine.jca())) {
            case Parsed.Malformed<SigningKey, String>(String reason) -> {
                findings.add(
                        FindingClass.DANGER,
                        origin,
                        said,
                        sentence("The key cannot be used: " + reason) + " "
                                + signer.signedWith(readable).orElse(signer.withoutKey()));
                yield Optional.empty();
            }
            case Parsed.Value<SigningKey, String>(SigningKey key) -> {
                findings.add(
                        mayCopy ? FindingClass.CHANGED : FindingClass.DANGER,
                        origin,
                        said,
                        "The file is not PEM, and " + signer.program().title() + " could read it. "
                                + (mayCopy
                                        ? "It is written as the service reads it; the old file is unchanged."
                                        : "Give --out DIR, and it is written as the service reads it."));
                yield mayCopy ? Optional.of(copy(domain, selector, readable, key)) : Optional.empty();
            }
        };
    }

    private static String sentence(String text) {
        return text.endsWith("?") ? text : text + ".";
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
        String why = sentence(failure.lines().getFirst());
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
