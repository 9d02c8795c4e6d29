package org.countersign.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.rotation.RotationFailure.Reason;
import org.countersign.signing.KeyValidity;
import org.countersign.syntax.Keyword;

/** Ends the signing of keys, and deletes their files when no service can need them. */
final class KeyRetirement {
    // The service may still read the table of before, for as long as it waits for its files to stay unchanged.
    private static final Duration KEY_FILE_KEPT = Duration.ofHours(1);

    private final RotationSession session;

    KeyRetirement(RotationSession session) {
        this.session = session;
    }

    /** Ends the signing of a key, now or at a moment. */
    void retire(DomainName domain, String selector, Optional<Instant> end, boolean evenTheLast) throws RotationFailure {
        RotatedKey key = session.required(domain, selector);
        if (key.state() != KeyState.ACTIVE) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE, key.name() + " is " + Keyword.of(key.state()) + " and signs nothing");
        }
        requireAnother(key, evenTheLast);
        ClockReading now = session.now();
        if (end.filter(now.time()::isBefore).isPresent()) {
            session.change(session.table().retiringAt(key, end));
            session.step(key, "signs until " + end.orElseThrow());
        } else {
            session.change(session.table().without(key).cleaned(session.states().of(domain), now.time()));
            session.move(key, KeyState.RETIRED, now, "it signs no more", KeyLifecycle.retention(now));
        }
    }

    private void requireAnother(RotatedKey key, boolean evenTheLast) throws RotationFailure {
        boolean another = session.states().of(key.domain()).stream()
                .anyMatch(other -> !other.equals(key)
                        && other.state() == KeyState.ACTIVE
                        && session.table()
                                .validity(other)
                                .flatMap(KeyValidity::retiredFrom)
                                .isEmpty());
        if (!another && !evenTheLast) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    "without " + key.name() + " nothing signs the mail of " + key.domain()
                            + ": make its successor with countersign key new " + key.domain()
                            + ", or add --even-the-last");
        }
    }

    /** Ends the signing of a key that somebody else may have. Its successor signs, if one is ready. */
    void revoke(DomainName domain, String selector, KeyActivation activation) throws RotationFailure {
        RotatedKey key = session.required(domain, selector);
        if (key.state() == KeyState.GONE || key.state() == KeyState.REVOKED) {
            throw new RotationFailure(Reason.NOT_POSSIBLE, key.name() + " is " + Keyword.of(key.state()) + " already");
        }
        for (RotatedKey other : session.states().of(domain)) {
            if (other.isSameKind(key) && other.state() == KeyState.READY) {
                try {
                    activation.activate(other, Optional.empty());
                } catch (RotationFailure unanswered) {
                    // The successor can wait. A key that somebody else has cannot.
                    session.note(unanswered.lines());
                }
            }
        }
        ClockReading now = session.now();
        session.change(session.table().without(key).cleaned(session.states().of(domain), now.time()));
        session.move(key, KeyState.REVOKED, now, "somebody else may have it", KeyWait.NONE);
        if (session.states().of(domain).stream().noneMatch(other -> other.state() == KeyState.ACTIVE)) {
            boolean waits = session.states().of(domain).stream().anyMatch(other -> other.state() == KeyState.READY);
            session.note(List.of("nothing signs the mail of " + domain + " now: "
                    + (waits
                            ? "countersign key activate " + domain + " lets the key sign that is ready"
                            : "make a key with countersign key new " + domain)));
        }
    }

    /** Removes a key that signs nothing, with its file. */
    void forget(DomainName domain, String selector) throws RotationFailure {
        RotatedKey key = session.required(domain, selector);
        boolean harmless = key.state() == KeyState.GONE || key.state() == KeyState.GENERATED;
        if (!harmless) {
            throw new RotationFailure(
                    Reason.NOT_POSSIBLE,
                    key.name() + " is " + Keyword.of(key.state()) + ", and only keys that are generated or gone can be"
                            + " forgotten");
        }
        session.change(session.states().without(key::equals));
        session.commit();
        if (!key.fileDeleted() && !isNamed(key)) {
            session.files().deleteKey(session.files().keyFile(key.keyFile()));
        }
        session.step(key, "forgotten; its selector will not be used again");
    }

    /** Deletes the private keys that sign no more. */
    void deleteKeys() throws RotationFailure {
        Instant now = session.now().time();
        for (RotatedKey key : session.states().keys()) {
            if (key.state().isPast()
                    && !key.fileDeleted()
                    && !now.isBefore(key.signedUntil().plus(KEY_FILE_KEPT))
                    && !isNamed(key)) {
                session.files().deleteKey(session.files().keyFile(key.keyFile()));
                session.replace(key, key.withoutFile());
                session.step(key, "its private key is deleted");
            }
        }
    }

    private boolean isNamed(RotatedKey key) {
        return session.table().names(key.keyFile())
                || session.others()
                        .files()
                        .contains(session.files()
                                .keyFile(key.keyFile())
                                .toAbsolutePath()
                                .normalize()
                                .toString())
                || session.states().keys().stream()
                        .anyMatch(other -> !other.equals(key)
                                && other.keyFile().equals(key.keyFile())
                                && !other.state().isPast());
    }
}
