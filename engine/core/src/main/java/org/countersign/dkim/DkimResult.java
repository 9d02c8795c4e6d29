package org.countersign.dkim;

import java.util.Optional;
import org.countersign.keys.SignatureFailure;

/** The result of one signature (RFC 6376 §6.1), in the terms of RFC 8601 §2.7.1. */
public sealed interface DkimResult {
    /** The field, its key record and its body hash. */
    DkimSignature signature();

    /** The signature verifies. It may still cover only a part of the message. */
    record Pass(DkimSignature signature) implements DkimResult {}

    /** The message is not the one that was signed: {@code BODY_HASH_MISMATCH} or {@code SIGNATURE_MISMATCH}. */
    record Fail(DkimSignature signature, SignatureFailure reason) implements DkimResult {}

    /** Local policy does not accept the signature, or not the length of its key. */
    record Policy(DkimSignature signature, SignatureFailure reason) implements DkimResult {}

    /** The signature cannot be verified now; a later attempt may give a final result. */
    record TempError(DkimSignature signature, SignatureFailure reason) implements DkimResult {}

    /** The signature or its key record is invalid, so that no message verifies with it. */
    record PermError(DkimSignature signature, SignatureFailure reason) implements DkimResult {}

    /** The signature was not evaluated, because the message has too many or needs too much work. */
    record NotEvaluated(DkimSignature signature, SignatureFailure reason) implements DkimResult {}

    /** The result as an Authentication-Results field has it. */
    default String keyword() {
        return switch (this) {
            case Pass pass -> "pass";
            case Fail fail -> "fail";
            case Policy policy -> "policy";
            case TempError error -> "temperror";
            case PermError error -> "permerror";
            // RFC 8601 §2.7.1: "not otherwise able to be processed"
            case NotEvaluated none -> "neutral";
        };
    }

    /** Why the signature does not pass; empty for a pass. */
    default Optional<SignatureFailure> failure() {
        return switch (this) {
            case Pass pass -> Optional.empty();
            case Fail fail -> Optional.of(fail.reason);
            case Policy policy -> Optional.of(policy.reason);
            case TempError error -> Optional.of(error.reason);
            case PermError error -> Optional.of(error.reason);
            case NotEvaluated none -> Optional.of(none.reason);
        };
    }

    /** One sentence for people, printable. */
    default String explain() {
        return switch (this) {
            case Pass pass -> explainPass(pass.signature);
            case Fail fail -> because(" does not verify", fail.reason);
            case Policy policy ->
                because(
                        policy.reason.problem().isLocalLimit() ? " was not evaluated" : " verifies but does not count",
                        policy.reason);
            case TempError error -> because(" cannot be checked at the moment", error.reason);
            case PermError error -> because(" cannot be used", error.reason);
            case NotEvaluated none -> because(" was not evaluated", none.reason);
        };
    }

    private static String explainPass(DkimSignature signature) {
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

    private String because(String verdict, SignatureFailure reason) {
        return signature().describe() + verdict + ", because " + reason.describe() + ".";
    }
}
