package org.countersign.rotation;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.countersign.dns.authoritative.AuthoritativeDns;
import org.countersign.domain.DomainName;
import org.countersign.rotation.RotationFailure.Reason;

/**
 * The commands that change keys. Each takes the lock, reads the files and makes its changes one after the other. Wherever it
 * is ended, the files are whole and agree, because the table is written before the states, and what the table says about a key
 * is believed. A key gets into the table only after its record is safe for every cache. So neither a clock that is set nor a
 * command that is late can make a signature that does not verify.
 */
public final class KeyRotation {
    /** How old a key is before {@code tick} makes its successor, if asked to. */
    public static final Duration ROTATE_AFTER = Duration.ofDays(365);

    private final RotationFiles files;
    private final AuthoritativeDns dns;
    private final Supplier<ClockReading> clock;
    private final OtherKeys others;
    private final PolicyCheck policy;
    private final Set<DomainName> ignored;
    private final SecureRandom random;

    /**
     * Keys that the policy file names itself, which these commands do not change.
     *
     * @param names of the records
     * @param files as the policy file names them, made absolute
     */
    public record OtherKeys(Set<DomainName> names, Set<String> files) {
        public static final OtherKeys NONE = new OtherKeys(Set.of(), Set.of());

        public OtherKeys {
            names = Set.copyOf(names);
            files = Set.copyOf(files);
        }
    }

    /**
     * @param policy is asked before and after a key is activated
     * @param ignored servers that need not have a record
     */
    public KeyRotation(
            RotationFiles files,
            AuthoritativeDns dns,
            Supplier<ClockReading> clock,
            OtherKeys others,
            PolicyCheck policy,
            Collection<DomainName> ignored,
            SecureRandom random) {
        this.policy = policy;
        this.files = files;
        this.dns = dns;
        this.clock = clock;
        this.others = others;
        this.ignored = Set.copyOf(ignored);
        this.random = random;
    }

    /**
     * A key, and what its servers say.
     *
     * @param validity when the table lets it sign, in words; empty if it does not
     */
    public record KeyStatus(RotatedKey key, Sighting seen, String validity) {}

    /**
     * The result of a command.
     *
     * @param steps what was done, a line for each step
     * @param keys the keys that were made or looked at
     * @param tasks what a person has to do
     * @param unanswered servers that gave no answer, and keys that were left alone, a line each
     */
    public record Result(List<String> steps, List<KeyStatus> keys, List<KeyTask> tasks, List<String> unanswered) {
        public Result {
            steps = List.copyOf(steps);
            keys = List.copyOf(keys);
            tasks = List.copyOf(tasks);
            unanswered = List.copyOf(unanswered);
        }
    }

    /**
     * The keys that are known without a query.
     *
     * @param notes keys that were left alone, a line each
     */
    public record Known(RotationStates states, List<String> notes) {
        public Known {
            notes = List.copyOf(notes);
        }
    }

    /** What a command does while it holds the lock. */
    private interface Body<T> {
        T run(RotationSession session) throws RotationFailure;
    }

    @SuppressWarnings("try") // The lock only has to be held meanwhile.
    private <T> T locked(Body<T> body) throws RotationFailure {
        try (RotationFiles.Lock lock = files.lock()) {
            return body.run(new RotationSession(files, new RecordCheck(dns, ignored), clock, others));
        } catch (IOException failed) {
            throw new RotationFailure(Reason.NOT_WRITTEN, "the lock cannot be released: " + failed.getMessage());
        }
    }

    /** A change of the keys of one domain. */
    private interface Change {
        void make(RotationSession session) throws RotationFailure;
    }

    /** Makes a change that does not depend on what the servers have. */
    private Result change(DomainName domain, Change change) throws RotationFailure {
        return locked(session -> {
            session.adopt(domain);
            session.reconcile();
            change.make(session);
            session.commit();
            return session.result(List.of());
        });
    }

    /** Asks the servers of a domain, and then makes a change. What the servers said is kept even if the change fails. */
    private Result changeObserved(DomainName domain, Change change) throws RotationFailure {
        return locked(session -> {
            session.adopt(domain);
            session.reconcile();
            List<KeyStatus> seen = session.observe(Optional.of(domain));
            session.commit();
            change.make(session);
            session.commit();
            return session.result(List.of(), seen);
        });
    }

    /**
     * Generates keys. Their records must be published by somebody else.
     *
     * @return with the new keys, one for each algorithm of the request
     * @throws RotationFailure if no selector is free, a record is there already, or a file cannot be written
     */
    public Result generate(NewKeyRequest request) throws RotationFailure {
        return locked(session -> session.result(new KeyGeneration(session, random)
                .generate(request).stream()
                        .map(key -> new KeyStatus(key, Sighting.NONE, ""))
                        .toList()));
    }

    /** The keys of all domains, those of one domain also from the table, without a query. */
    public Known known(DomainName domain) throws RotationFailure {
        return locked(session -> {
            session.adopt(domain);
            return new Known(session.states(), session.notes());
        });
    }

    /** Asks the servers, and keeps what they say. Removes from the table what is over. */
    public Result status(Optional<DomainName> domain) throws RotationFailure {
        return locked(session -> {
            domain.ifPresent(session::adopt);
            session.reconcile();
            List<KeyStatus> seen = session.observe(domain);
            session.commit();
            return session.result(seen);
        });
    }

    /** Adds the records of the keys of a domain that are not published, and asks all servers for them. */
    public Result publish(DomainName domain, DynamicUpdate update) throws RotationFailure {
        return locked(session -> {
            session.reconcile();
            new KeyPublication(session).publish(domain, update);
            List<KeyStatus> seen = session.observe(Optional.of(domain));
            session.commit();
            return session.result(seen);
        });
    }

    /**
     * Lets ready keys of a domain sign.
     *
     * @param start the moment; empty for now
     * @throws RotationFailure if no key is ready, a server lacks its record, or the service would not load its policy
     */
    public Result activate(DomainName domain, Optional<Instant> start) throws RotationFailure {
        return changeObserved(domain, session -> new KeyActivation(session, policy).activate(domain, start));
    }

    /**
     * Lets {@code tick} activate the new keys of a domain as soon as they are ready.
     *
     * @throws RotationFailure if no key waits for its activation
     */
    public Result activateWhenReady(DomainName domain) throws RotationFailure {
        return change(domain, session -> new KeyActivation(session, policy).plan(domain));
    }

    /**
     * Ends the signing of a key.
     *
     * @param end the moment; empty for now
     * @param evenTheLast also if nothing signs the mail of the domain afterwards
     * @throws RotationFailure if there is no such key, or the key does not sign
     */
    public Result retire(DomainName domain, String selector, Optional<Instant> end, boolean evenTheLast)
            throws RotationFailure {
        return change(domain, session -> new KeyRetirement(session).retire(domain, selector, end, evenTheLast));
    }

    /**
     * Ends the signing of a key at once. Its successor signs, if one is ready.
     *
     * @throws RotationFailure if there is no such key, or the key is revoked or gone already
     */
    public Result revoke(DomainName domain, String selector) throws RotationFailure {
        return changeObserved(
                domain,
                session -> new KeyRetirement(session).revoke(domain, selector, new KeyActivation(session, policy)));
    }

    /**
     * Removes a key that signs nothing from the states, and deletes its private key.
     *
     * @throws RotationFailure if there is no such key, or the key is neither generated nor gone
     */
    public Result forget(DomainName domain, String selector) throws RotationFailure {
        return locked(session -> {
            session.reconcile();
            new KeyRetirement(session).forget(domain, selector);
            session.commit();
            return session.result(List.of());
        });
    }

    /**
     * Does every step that is due and nothing else.
     *
     * @param auto also activates keys that are ready, and makes successors
     * @param rotateAfter how old a key is when its successor is made
     */
    public Result tick(boolean auto, Duration rotateAfter) throws RotationFailure {
        return locked(session -> {
            session.reconcile();
            session.commit();
            List<KeyStatus> seen = session.observe(Optional.empty());
            session.commit();
            new KeyActivation(session, policy).activatePlanned(auto);
            session.commit();
            new KeyRetirement(session).deleteKeys();
            session.commit();
            if (auto) {
                int before = session.states().keys().size();
                new KeyGeneration(session, random).generateSuccessors(rotateAfter);
                if (session.states().keys().size() > before) {
                    // A person has to publish the new records, and hears of it now.
                    seen = session.observe(Optional.empty());
                    session.commit();
                }
            }
            return session.result(seen);
        });
    }
}
