package org.countersign.arc;

import org.countersign.domain.DomainName;
import org.countersign.keys.SignatureFailure;
import org.countersign.syntax.Escapes;

/** What became of a message's chain (RFC 8617 §4.4). A fail counts for no more and no less than no chain at all. */
public sealed interface ArcResult {
    /** {@code none}, {@code pass}, {@code fail} or {@code temperror}, which RFC 8617 calls a fail too. */
    String keyword();

    /** The status as ARC itself has it (RFC 8617 §4.4). */
    ChainStatus status();

    /** One plain sentence, printable. */
    String explain();

    /** The message has no field of ARC. */
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

    /** Every seal verifies, and the newest message signature does. */
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
     * The chain is broken, or no chain.
     *
     * @param instance of the field that decided it; 0 where that cannot be said
     * @param detail a few words for people, printable; may be empty
     * @param highest the highest instance found; 0 where none can be read
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
     * Nothing can be said now, since the DNS did not give a key. RFC 8617 §5.2.1 makes that a fail as well, so that
     * is what others are told; asking again may give another result.
     *
     * @param instance of the field whose key it is
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
