package org.countersign.reports.view;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The DKIM selectors of a domain and the domains below it: those that reports have seen, and those of the policy file.
 *
 * @param selectors those with the most messages first
 */
public record Selectors(String domain, ViewPeriod period, List<Selector> selectors) {
    public Selectors {
        selectors = List.copyOf(selectors);
    }

    /** What a selector is used for. */
    public enum State {
        /** Reports show valid signatures in the period. */
        IN_USE("in use"),
        /** Reports show signatures in the period, none of them valid. */
        ONLY_FAILING("only failing"),
        /** It was used, and neither the period nor the policy file has it: its key can be removed from the DNS. */
        READY_TO_RETIRE("ready to retire"),
        /** It was used, and the policy file has it, but no report in the period. */
        SILENT("not seen lately"),
        /** The policy file has it, and no report ever showed it. */
        NEVER_SEEN("never seen"),
        /** It is not used any more, and the DNS has no key. */
        RETIRED("retired");

        private final String text;

        State(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        /** The state in JSON: {@code in-use}. */
        public String keyword() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** The key that the DNS has now. */
    public sealed interface Key {
        /**
         * A key.
         *
         * @param algorithm {@code rsa} or {@code ed25519}
         */
        record Published(String algorithm, int bits) implements Key {
            @Override
            public String toString() {
                return algorithm + " " + bits;
            }
        }

        /** The record says that the key was withdrawn. */
        record Revoked() implements Key {
            @Override
            public String toString() {
                return "revoked";
            }
        }

        /** There is no key record. */
        record Missing() implements Key {
            @Override
            public String toString() {
                return "missing";
            }
        }

        /** There is a record that is no usable key. */
        record Unusable() implements Key {
            @Override
            public String toString() {
                return "unusable";
            }
        }

        /** It was not looked up, or the DNS gave no answer. */
        record Unknown() implements Key {
            @Override
            public String toString() {
                return "unknown";
            }
        }
    }

    /**
     * A selector.
     *
     * @param signer the signing domain (d=)
     * @param selector s=; a stranger may have invented it, if nothing passed
     * @param valid the messages of the period with a valid signature, of those with a signature
     * @param lastSeen the last day with a valid signature in all days of the store
     * @param configured whether the policy file has a key for it
     * @param advice what to do, in one sentence; empty if there is nothing to do
     */
    public record Selector(
            String signer,
            String selector,
            Share valid,
            Optional<LocalDate> lastSeen,
            boolean configured,
            Key key,
            State state,
            String advice) {}
}
