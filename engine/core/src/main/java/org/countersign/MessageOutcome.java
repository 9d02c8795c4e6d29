package org.countersign;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.arc.SealedArcSet;
import org.countersign.dns.LookupTrace;
import org.countersign.message.AuthorDomain;
import org.countersign.message.TransportHazard;
import org.countersign.policy.Decision;
import org.countersign.policy.LocalPolicy;
import org.countersign.policy.MessageFacts;
import org.countersign.signature.SigningIdentity;
import org.countersign.signing.SigningAttempt;
import org.countersign.smtp.HeaderEdit;

/** What the engine decided about a message. */
public sealed interface MessageOutcome {
    /** What to do with the message, and why. */
    Decision decision();

    /** Changes to the header section, to be made if the message is delivered. */
    List<HeaderEdit> edits();

    /**
     * A message from outside that was authenticated and judged.
     *
     * @param facts every result with its evidence
     * @param decision what to do with the message, and why
     * @param edits forged fields to remove, and local ones to add
     * @param seal the ARC Set among these edits; empty if the message was not sealed
     * @param forged how many fields of this system's names, or of an unknown version, the message contained when it
     *     arrived
     * @param lookups every DNS query of this message, in the order made
     * @param policy that decided, to decide again about changed facts
     */
    record Judged(
            MessageFacts facts,
            Decision decision,
            List<HeaderEdit> edits,
            Optional<SealedArcSet> seal,
            int forged,
            List<LookupTrace> lookups,
            LocalPolicy policy)
            implements MessageOutcome {
        public Judged {
            edits = List.copyOf(edits);
            lookups = List.copyOf(lookups);
        }

        /** This outcome with another list of DNS queries. */
        public Judged withLookups(List<LookupTrace> others) {
            return new Judged(facts, decision, edits, seal, forged, others, policy);
        }
    }

    /**
     * A message of a local user that was signed, or was left unsigned for the reason that the decision gives.
     *
     * @param author the author that the message claims
     * @param signedBy the identities whose signatures were added; none if the message was left unsigned
     * @param hazards content that may break the signatures in transit
     * @param decision what to do with the message, and why
     * @param edits forged fields to remove, and signatures to add
     * @param attempt the input of the choice of keys, for a full explanation; empty if none was asked for, or no key was to
     *     be chosen
     */
    record Signed(
            AuthorDomain author,
            List<SigningIdentity> signedBy,
            Set<TransportHazard> hazards,
            Decision decision,
            List<HeaderEdit> edits,
            Optional<SigningAttempt> attempt)
            implements MessageOutcome {
        /** An outcome without the input of the choice of keys. */
        public Signed(
                AuthorDomain author,
                List<SigningIdentity> signedBy,
                Set<TransportHazard> hazards,
                Decision decision,
                List<HeaderEdit> edits) {
            this(author, signedBy, hazards, decision, edits, Optional.empty());
        }

        public Signed {
            signedBy = List.copyOf(signedBy);
            hazards = Set.copyOf(hazards);
            edits = List.copyOf(edits);
        }

        /** Whether the message was left unsigned because its From field has no author, or an ambiguous one. */
        public boolean lacksAuthor() {
            return signedBy.isEmpty() && !(author instanceof AuthorDomain.Single);
        }
    }

    /** A message that is neither judged nor signed, and not changed. */
    record PassedThrough(Reason reason) implements MessageOutcome {
        /** Why a message passes through. */
        public enum Reason {
            /** An authenticated user sent it, and mail of authenticated users is not signed. */
            AUTHENTICATED_USER(
                    "The client has authenticated and mail of authenticated users is not signed, so the message is"
                            + " neither judged nor signed."),
            /** It was submitted on this machine without a network connection, and such mail is not signed. */
            LOCAL_CLIENT(
                    "The message was submitted on this machine without a network connection, so it is not judged."),
            /** The client is in one of the networks whose mail is not judged. */
            SKIP_NETWORK("The client is in inbound.skip-networks, so the message is not judged.");

            private final String sentence;

            Reason(String sentence) {
                this.sentence = sentence;
            }
        }

        @Override
        public Decision decision() {
            return Decision.accept("internal", reason.sentence);
        }

        @Override
        public List<HeaderEdit> edits() {
            return List.of();
        }
    }

    /**
     * A message that was neither judged nor signed, because this system has too much to do or an error of its own.
     *
     * @param decision asks the client to retry later, or accepts the message as it is
     * @param edits forged fields to remove, if it is accepted
     */
    record Unevaluated(Decision decision, List<HeaderEdit> edits) implements MessageOutcome {
        public Unevaluated {
            edits = List.copyOf(edits);
        }

        /** A message that is not accepted. */
        public Unevaluated(Decision decision) {
            this(decision, List.of());
        }
    }
}
