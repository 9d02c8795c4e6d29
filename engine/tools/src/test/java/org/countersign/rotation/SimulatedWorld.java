package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.KeyEntry;
import org.countersign.config.SigningTableFile;
import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.rotation.KeyRotation.OtherKeys;
import org.countersign.rotation.KeyRotation.Result;
import org.countersign.rotation.RotationStates.Slots;
import org.countersign.rotation.SimulatedDns.Content;
import org.countersign.syntax.Octets;

/**
 * A host with a bridge that signs by the table, an owner of the zone who does what {@code tick} says, and clocks that are
 * set. Every signature is noted with its moment.
 */
final class SimulatedWorld {
    static final DomainName DOMAIN = DomainName.of("example.org");
    static final Instant START = Instant.parse("2026-11-28T12:00:00Z");
    private static final Duration TTL = Duration.ofHours(1);
    private static final Slots SLOTS =
            new Slots(DOMAIN, List.of("a", "b"), "{slot}.{domain-with-dashes}.dkim.provider.example");

    final SimulatedDns dns;
    final Path directory;
    private final boolean slots;
    private final Set<Signature> signatures = new LinkedHashSet<>();
    private final Map<DomainName, String> published = new HashMap<>();
    private final Map<String, String> records = new HashMap<>();
    private Duration set = Duration.ZERO;
    private String boot = "boot-0";
    private Instant booted = START.minus(Duration.ofDays(1));
    private int writesLeft = Integer.MAX_VALUE;

    /** A signature, by the name and the record of its key. */
    record Signature(DomainName name, String record, Instant time) {}

    /** The program is killed before a change of the disk. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    SimulatedWorld(Path directory, Duration negativeTtl, boolean slots) {
        this.directory = directory;
        this.dns = new SimulatedDns(START, negativeTtl);
        this.slots = slots;
    }

    Path table() {
        return directory.resolve("signing.table");
    }

    ClockReading reading() {
        return new ClockReading(wall(), boot, Duration.between(booted, dns.now()));
    }

    private Instant wall() {
        return dns.now().plus(set);
    }

    void setClock(Duration by) {
        set = set.plus(by);
    }

    void reboot() {
        boot = "boot-" + dns.now();
        booted = dns.now();
    }

    /** The next command is killed before one of its changes of the disk. */
    void killAfter(int writes) {
        writesLeft = writes;
    }

    KeyRotation rotation() {
        RotationFiles files = new RotationFiles(table(), directory.resolve("keys"), change -> {
            if (writesLeft-- == 0) {
                throw new Killed();
            }
        });
        return new KeyRotation(
                files, dns, this::reading, OtherKeys.NONE, PolicyCheck.NONE, Set.of(), new SecureRandom());
    }

    /** Runs a command, which may be killed or refuse. */
    Optional<Result> run(Command command) {
        try {
            return Optional.of(command.run(rotation()));
        } catch (Killed | RotationFailure end) {
            return Optional.empty();
        } finally {
            writesLeft = Integer.MAX_VALUE;
            sign();
        }
    }

    /** One command. */
    interface Command {
        Result run(KeyRotation rotation) throws RotationFailure;
    }

    void generate() {
        run(rotation -> {
            rotation.generate(new NewKeyRequest(
                    DOMAIN,
                    List.of(SignatureAlgorithm.ED25519_SHA256),
                    0,
                    Optional.empty(),
                    Optional.of("s{n}"),
                    slots ? Optional.of(SLOTS) : Optional.empty(),
                    true));
            return rotation.status(Optional.of(DOMAIN));
        });
    }

    /** Runs {@code tick}; the owner does what it says, and the second server copies the zone later. */
    Optional<Result> tick(Duration lag) {
        Optional<Result> result = run(rotation -> rotation.tick(false, Duration.ofDays(365)));
        result.ifPresent(done -> {
            for (RotatedKey key : states().keys()) {
                if (done.tasks().stream()
                                .anyMatch(task -> task.selector().equals(key.selector())
                                        && task.lines().getFirst().startsWith("publish this record"))
                        && key.state() == KeyState.GENERATED) {
                    publish(key, lag);
                }
                if (key.state() == KeyState.REMOVABLE
                        && done.tasks().stream()
                                .anyMatch(task -> task.selector().equals(key.selector())
                                        && task.lines().getFirst().startsWith("remove this record"))) {
                    dns.publish(key.publishedAt(), new Content.Nothing(), lag);
                }
            }
        });
        sign();
        return result;
    }

    private void publish(RotatedKey key, Duration lag) {
        key.target()
                .filter(target -> dns.content(0, key.name()) instanceof Content.Nothing)
                .ifPresent(target -> dns.publish(key.name(), new Content.Alias(target, TTL), lag));
        if (!key.publicRecord().equals(published.put(key.publishedAt(), key.publicRecord()))) {
            dns.publish(key.publishedAt(), new Content.Text(key.publicRecord(), TTL), lag);
        }
    }

    RotationStates states() {
        try {
            return new RotationFiles(table(), directory.resolve("keys")).readStates();
        } catch (RotationFailure broken) {
            throw new AssertionError("the states cannot be read", broken);
        }
    }

    List<SigningTableFile.Line> lines() {
        try {
            return Files.exists(table())
                    ? SigningTableFile.parse("table", Octets.wrap(Files.readAllBytes(table())))
                            .toOptional()
                            .orElseThrow(() -> new AssertionError("the table is not whole"))
                    : List.of();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The keys that sign now, as the service chooses them: of those in use, the ones that began last. */
    List<KeyEntry> signing() {
        List<KeyEntry> inUse = lines().stream()
                .map(SigningTableFile.Line::key)
                .filter(key -> key.validity().contains(wall()))
                .toList();
        Optional<Instant> newest = inUse.stream()
                .map(key -> key.validity().activeFrom().orElse(Instant.MIN))
                .max(Instant::compareTo);
        return inUse.stream()
                .filter(key -> key.validity().activeFrom().orElse(Instant.MIN).equals(newest.orElseThrow()))
                .toList();
    }

    void sign() {
        for (KeyEntry entry : signing()) {
            assertThat(table().resolveSibling(entry.keyFile())).exists();
            String record = records.computeIfAbsent(
                    entry.keyFile(),
                    file -> RotationFiles.findKey(table().resolveSibling(file))
                            .orElseThrow(() -> new AssertionError("the key file of a line cannot be read: " + entry))
                            .publicKeyRecord());
            signatures.add(new Signature(DomainName.of(entry.recordName()), record, dns.now()));
        }
    }

    int signatureCount() {
        return signatures.size();
    }

    /** The signatures that some resolver with a legal cache refuses, within the week in which mail is on its way. */
    List<Signature> refused() {
        List<Signature> refused = new ArrayList<>();
        for (Signature each : signatures) {
            Instant end = each.time().plus(Duration.ofDays(7));
            Optional<DomainName> target =
                    slots ? SLOTS.target(each.name().toString().substring(0, 1)) : Optional.empty();
            boolean right = target.isEmpty()
                    ? dns.isAlwaysRight(each.name(), new Content.Text(each.record(), TTL), each.time(), end)
                    : dns.isAlwaysRight(each.name(), new Content.Alias(target.get(), TTL), each.time(), end)
                            && dns.isAlwaysRight(target.get(), new Content.Text(each.record(), TTL), each.time(), end);
            if (!right) {
                refused.add(each);
            }
        }
        return refused;
    }
}
