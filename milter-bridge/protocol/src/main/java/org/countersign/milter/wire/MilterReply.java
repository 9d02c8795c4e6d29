package org.countersign.milter.wire;

import java.util.List;
import java.util.Map;
import org.countersign.syntax.Octets;

/** What a filter says to a mail server. Texts are octets without NUL. */
public sealed interface MilterReply {
    /** Whether the mail server may go on (or give up) after this reply, and no other one follows. */
    default boolean isFinal() {
        return true;
    }

    /**
     * The answer to an offer.
     *
     * @param macroLists for a stage, the names of the macros wanted; empty to leave them to the mail server
     */
    record Negotiated(int version, int actions, int protocol, Map<MacroStage, List<String>> macroLists)
            implements MilterReply {
        public Negotiated {
            macroLists = Map.copyOf(macroLists);
        }
    }

    record Continue() implements MilterReply {}

    record Accept() implements MilterReply {}

    /** A refusal with the mail server's own text. */
    record Reject() implements MilterReply {}

    /** A refusal for now, with the mail server's own text. */
    record TempFail() implements MilterReply {}

    record Discard() implements MilterReply {}

    /** A refusal with our text; its code says whether it is one for now. */
    record ReplyCode(ReplyText text) implements MilterReply {}

    /** No more of the body is needed. */
    record Skip() implements MilterReply {}

    /** We are still at it. */
    record Progress() implements MilterReply {
        @Override
        public boolean isFinal() {
            return false;
        }
    }

    record Quarantine(Octets reason) implements MilterReply {
        public Quarantine {
            requireNoNul(reason);
        }

        @Override
        public boolean isFinal() {
            return false;
        }
    }

    /** A header field at the end of the header section. */
    record AddHeader(Octets name, Octets value) implements MilterReply {
        public AddHeader {
            requireNoNul(name);
            requireNoNul(value);
        }

        @Override
        public boolean isFinal() {
            return false;
        }
    }

    /**
     * A header field at a position.
     *
     * @param index 0 for the top of the header section
     * @param value folds as LF
     */
    record InsertHeader(int index, Octets name, Octets value) implements MilterReply {
        public InsertHeader {
            requireNoNul(name);
            requireNoNul(value);
        }

        @Override
        public boolean isFinal() {
            return false;
        }
    }

    /**
     * Another value for a header field.
     *
     * @param index 1 for the topmost field of the name
     * @param value empty to delete the field
     */
    record ChangeHeader(int index, Octets name, Octets value) implements MilterReply {
        public ChangeHeader {
            requireNoNul(name);
            requireNoNul(value);
        }

        @Override
        public boolean isFinal() {
            return false;
        }
    }

    /**
     * A packet that is none of these replies.
     *
     * @param octet the octet that led the packet
     */
    record Malformed(int octet, ProtocolProblem problem) implements MilterReply {}

    private static void requireNoNul(Octets text) {
        if (text.indexOf(0, 0) >= 0) {
            throw new IllegalArgumentException("NUL ends a text on the wire, so it cannot be within one");
        }
    }
}
