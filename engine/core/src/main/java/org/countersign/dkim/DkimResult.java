package org.countersign.dkim;

import java.util.Optional;
import org.countersign.keys.SignatureFailure;

/** What became of one signature (RFC 6376 §6.1), in the terms of RFC 8601 §2.7.1. */
public sealed interface DkimResult {
    /** What the signature says of itself, and its key. */
    SignatureFacts signature();

    /** The result in an Authentication-Results field. */
    String keyword();

    /** Why it is not a pass; empty for a pass. */
    Optional<SignatureFailure> failure();

    /** One plain sentence, printable. */
    String explain();

    /** The signature verifies. Its facts may still say that it covers little. */
    record Pass(SignatureFacts signature) implements DkimResult {
        @Override
        public String keyword() {
            return "pass";
        }

        @Override
        public Optional<SignatureFailure> failure() {
            return Optional.empty();
        }

        @Override
        public String explain() {
            StringBuilder sentence = new StringBuilder(signature.describe()).append(" verifies");
            if (!signature.coversWholeBody()) {
                sentence.append(", but it leaves out a part of the body");
            }
            if (signature.unsignedFromFields() > 0) {
                sentence.append(", but there is a From field that it does not cover");
            }
            if (signature.keyInTestingMode()) {
                sentence.append(", but its domain is only testing DKIM");
            }
            return sentence.append('.').toString();
        }
    }

    /** The message is not the one that was signed: {@code BODY_HASH_MISMATCH} or {@code SIGNATURE_MISMATCH}. */
    record Fail(SignatureFacts signature, SignatureFailure reason) implements DkimResult {
        @Override
        public String keyword() {
            return "fail";
        }

        @Override
        public Optional<SignatureFailure> failure() {
            return Optional.of(reason);
        }

        @Override
        public String explain() {
            return because(signature, " does not verify, because ", reason);
        }
    }

    /** The signature verifies, but not by the standards of this host, or is none that this host computes with. */
    record Policy(SignatureFacts signature, SignatureFailure reason) implements DkimResult {
        @Override
        public String keyword() {
            return "policy";
        }

        @Override
        public Optional<SignatureFailure> failure() {
            return Optional.of(reason);
        }

        @Override
        public String explain() {
            boolean computed = !reason.problem().isOurLimit();
            return because(
                    signature,
                    computed ? " verifies but does not count, because " : " was not evaluated, because ",
                    reason);
        }
    }

    /** Nothing can be said now; another attempt may give a result. */
    record TempError(SignatureFacts signature, SignatureFailure reason) implements DkimResult {
        @Override
        public String keyword() {
            return "temperror";
        }

        @Override
        public Optional<SignatureFailure> failure() {
            return Optional.of(reason);
        }

        @Override
        public String explain() {
            return because(signature, " cannot be checked at the moment, because ", reason);
        }
    }

    /** The signature, or its key, can never verify anything. */
    record PermError(SignatureFacts signature, SignatureFailure reason) implements DkimResult {
        @Override
        public String keyword() {
            return "permerror";
        }

        @Override
        public Optional<SignatureFailure> failure() {
            return Optional.of(reason);
        }

        @Override
        public String explain() {
            return because(signature, " cannot be used, because ", reason);
        }
    }

    /** The signature was not looked at, because the message has too many, or asks for too much work. */
    record NotEvaluated(SignatureFacts signature, SignatureFailure reason) implements DkimResult {
        @Override
        public String keyword() {
            // RFC 8601 §2.7.1: "not otherwise able to be processed"
            return "neutral";
        }

        @Override
        public Optional<SignatureFailure> failure() {
            return Optional.of(reason);
        }

        @Override
        public String explain() {
            return because(signature, " was not evaluated, because ", reason);
        }
    }

    /** The result that a problem leads to. */
    static DkimResult of(SignatureFacts signature, SignatureFailure failure) {
        return switch (failure.problem().outcome()) {
            case FAIL -> new Fail(signature, failure);
            case POLICY -> new Policy(signature, failure);
            case TEMPERROR -> new TempError(signature, failure);
            case PERMERROR -> new PermError(signature, failure);
            case NOT_EVALUATED -> new NotEvaluated(signature, failure);
        };
    }

    private static String because(SignatureFacts signature, String verdict, SignatureFailure failure) {
        return signature.describe() + verdict + failure.describe() + ".";
    }
}
