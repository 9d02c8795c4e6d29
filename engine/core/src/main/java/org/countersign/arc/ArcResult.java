package org.countersign.arc;

import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureFailure;
import org.countersign.syntax.Escapes;

/** The result of a message's chain (RFC 8617 §4.4). Policy must treat a fail like a message without a chain. */
public sealed interface ArcResult {
    /** {@code none}, {@code pass}, {@code fail} or {@code temperror}; the last is a fail in RFC 8617, too. */
    String keyword();

    /** The chain status, which has no temporary error (RFC 8617 §4.4). */
    ChainStatus status();

    /** One sentence for people, printable. */
    String explain();

    /** The message has no ARC field. */
    record None() implements ArcResult {
        @Override
        public String keyword() {
            return "none";
        }

        @Override
        public ChainStatus status() {
            return ChainStatus.NONE;
        }

        @Override
        public String explain() {
            return "The message has no ARC Set.";
        }
    }

    /** All seals and the newest message signature verify. */
    record Pass(ArcChain chain) implements ArcResult {
        @Override
        public String keyword() {
            return "pass";
        }

        @Override
        public ChainStatus status() {
            return ChainStatus.PASS;
        }

        @Override
        public String explain() {
            StringBuilder sentence = new StringBuilder("The chain verifies: sealed by ");
            String separator = "";
            for (ArcSet set : chain.sets()) {
                DomainName sealer = set.sealer();
                sentence.append(separator).append(sealer);
                separator = ", then ";
            }
            if (chain.newest().content() == ArcSet.Content.PARTLY_INTACT) {
                sentence.append(", but the newest message signature leaves out a part of the body");
            }
            int oldest = chain.oldestPass();
            if (oldest > 1) {
                sentence.append(
                                chain.sets().get(oldest - 2).content() == ArcSet.Content.CHANGED
                                        ? "; the message was changed before or by the handler of instance "
                                        : "; the message signatures were not compared beyond that of instance ")
                        .append(oldest);
            }
            return sentence.append('.').toString();
        }
    }

    /**
     * The chain is malformed, or a signature does not verify.
     *
     * @param instance of the field that decided the result; 0 if there is no such field
     * @param detail a few words for people, printable; may be empty
     * @param highest the highest instance found; 0 if there is none
     */
    record Fail(ArcProblem problem, int instance, String detail, int highest) implements ArcResult {
        private static final int MAX_DETAIL = 300;

        public Fail {
            detail = Escapes.printable(detail, MAX_DETAIL);
        }

        @Override
        public String keyword() {
            return "fail";
        }

        @Override
        public ChainStatus status() {
            return ChainStatus.FAIL;
        }

        @Override
        public String explain() {
            StringBuilder sentence =
                    new StringBuilder("The ARC chain does not verify, because ").append(problem.description());
            if (instance > 0) {
                sentence.append(" (instance ").append(instance).append(')');
            }
            if (!detail.isEmpty()) {
                sentence.append(": ").append(detail);
            }
            return sentence.append(" (")
                    .append(problem.rule().replace("§", "section "))
                    .append(").")
                    .toString();
        }
    }

    /**
     * The DNS did not return a key, so a later attempt may give another result. RFC 8617 §5.2.1 makes this a fail, and so
     * does {@link #status()}.
     *
     * @param instance of the field whose key is unavailable
     * @param highest the highest instance found
     */
    record TempError(SignatureFailure failure, int instance, int highest) implements ArcResult {
        @Override
        public String keyword() {
            return "temperror";
        }

        @Override
        public ChainStatus status() {
            return ChainStatus.FAIL;
        }

        @Override
        public String explain() {
            return "The ARC chain cannot be checked at the moment: of instance " + instance + ", " + failure.describe()
                    + ".";
        }
    }
}
