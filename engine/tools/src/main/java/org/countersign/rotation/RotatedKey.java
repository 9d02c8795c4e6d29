package org.countersign.rotation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.config.KeyEntry;
import org.countersign.domain.DomainName;
import org.countersign.keys.PublicKeyRecord;
import org.countersign.keys.PublicKeyRecords;
import org.countersign.keys.SignatureAlgorithm;
import org.countersign.keys.VerificationKey;
import org.countersign.syntax.Keyword;
import org.countersign.syntax.Octets;

/**
 * A key with its state. Immutable.
 *
 * @param domain the signing domain, d=
 * @param selector s=
 * @param target where the record is, if the name of the key is an alias (CNAME) for that name
 * @param algorithm of its signatures
 * @param keyFile as the table names it: relative to the directory of the table
 * @param publicRecord the text of the record; empty if the key file could not be read
 * @param state where the key is
 * @param pending what the state waits for
 * @param activatesWhenReady whether {@code tick} activates it
 * @param brokenSince since when the record, which must be there, is missing or wrong at a server
 * @param fileDeleted whether the private key has been deleted
 * @param history the changes of the state, oldest first, at least one
 */
public record RotatedKey(
        DomainName domain,
        String selector,
        Optional<DomainName> target,
        SignatureAlgorithm algorithm,
        String keyFile,
        String publicRecord,
        KeyState state,
        KeyWait pending,
        boolean activatesWhenReady,
        Optional<Instant> brokenSince,
        boolean fileDeleted,
        List<KeyChange> history) {
    private static final int MAX_HISTORY = 100;

    public RotatedKey {
        history = List.copyOf(history);
    }

    /** The name of the key record (RFC 6376 §3.6.2.1). */
    public DomainName name() {
        return PublicKeyRecords.name(domain, selector)
                .orElseThrow(() -> new IllegalStateException("no name for " + selector + " of " + domain));
    }

    /** Where the record is published: the name of the key, or what it is an alias for. */
    public DomainName publishedAt() {
        return target.orElseGet(this::name);
    }

    /** When the state began. */
    public Instant since() {
        return history.getLast().time();
    }

    /** When it ceased to be needed for signing; when the state began, if it may still sign. */
    Instant signedUntil() {
        Instant end = since();
        for (KeyChange change : history.reversed()) {
            if (!change.state().isPast()) {
                break;
            }
            end = change.time();
        }
        return end;
    }

    /** The state in one word. */
    public String stateWord() {
        return brokenSince.isPresent() ? "broken" : Keyword.of(state);
    }

    /** The public key; empty if it is not known. */
    Optional<VerificationKey> publicKey() {
        return publicRecord.isEmpty()
                ? Optional.empty()
                : PublicKeyRecord.parse(Octets.latin1(publicRecord))
                        .toOptional()
                        .flatMap(PublicKeyRecord::key);
    }

    /** The size in bits; 0 if it is not known. */
    public int bits() {
        return publicKey().map(VerificationKey::bits).orElse(0);
    }

    boolean is(DomainName otherDomain, String otherSelector) {
        return domain.equals(otherDomain) && selector.equals(otherSelector);
    }

    /** Whether a line of the table names this key. */
    boolean isIn(KeyEntry entry) {
        return entry.domain().equals(domain)
                && entry.selector().equals(selector)
                && entry.keyFile().equals(keyFile);
    }

    /** Whether the other key replaces this one, or is replaced by it. */
    boolean isSameKind(RotatedKey other) {
        return domain.equals(other.domain) && algorithm == other.algorithm && !equals(other);
    }

    /** The key in another state. Whatever was wrong with its record is forgotten. */
    RotatedKey in(KeyState next, ClockReading now, String reason, KeyWait nextWait) {
        List<KeyChange> changes = new ArrayList<>(history);
        changes.add(new KeyChange(now.time(), next, reason));
        return copy(
                next,
                nextWait,
                activatesWhenReady && !next.isPast() && next != KeyState.ACTIVE,
                Optional.empty(),
                fileDeleted,
                changes.subList(Math.max(0, changes.size() - MAX_HISTORY), changes.size()));
    }

    RotatedKey with(KeyWait nextWait) {
        return copy(state, nextWait, activatesWhenReady, brokenSince, fileDeleted, history);
    }

    RotatedKey withActivation(boolean whenReady) {
        return copy(state, pending, whenReady, brokenSince, fileDeleted, history);
    }

    RotatedKey broken(Optional<Instant> since) {
        return copy(state, pending, activatesWhenReady, since, fileDeleted, history);
    }

    RotatedKey withoutFile() {
        return copy(state, pending, activatesWhenReady, brokenSince, true, history);
    }

    /** The same key with other values of the components that change in its life. */
    private RotatedKey copy(
            KeyState nextState,
            KeyWait nextWait,
            boolean whenReady,
            Optional<Instant> broken,
            boolean deleted,
            List<KeyChange> changes) {
        return new RotatedKey(
                domain,
                selector,
                target,
                algorithm,
                keyFile,
                publicRecord,
                nextState,
                nextWait,
                whenReady,
                broken,
                deleted,
                changes);
    }
}
