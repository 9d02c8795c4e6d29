package org.countersign.milter.wire;

import java.util.List;
import java.util.Map;
import org.countersign.syntax.Octets;

/** A reply of a filter to a mail server. Texts are octets without NUL. */
public sealed interface MilterReply {
    /** Whether this reply ends the reply to a command. */
    default boolean isFinal() {
        return true;
    }

    /**
     * The reply to an offer.
     *
     * @param macroLists the names of the wanted macros by stage; empty if the mail server is to choose
     */
    record Negotiated(int version, int actions, int protocol, Map<MacroStage, List<String>> macroLists)
            implements MilterReply {
        public Negotiated {
            macroLists = Map.copyOf(macroLists);
        }
    }

    record Continue() implements MilterReply {}

    record Accept() implements MilterReply {}

    /** Rejects with the mail server's own text. */
    record Reject() implements MilterReply {}

    /** Defers with the mail server's own text. */
    record TempFail() implements MilterReply {}

    record Discard() implements MilterReply {}

    /** Rejects or defers with this text, depending on its code. */
    record ReplyCode(ReplyText text) implements MilterReply {}

    /** The filter needs no more of the body. */
    record Skip() implements MilterReply {}

    /** The filter needs more time. */
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

    /** Adds a header field at the end of the header section. */
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
     * Inserts a header field.
     *
     * @param index the position; 0 is the top of the header section
     * @param value with folds as LF
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
     * Changes or deletes a header field.
     *
     * @param index the instance of the field; 1 is the topmost field of the name
     * @param value the new value, or empty to delete the field
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
     * A packet that is not a reply.
     *
     * @param octet the first octet of the packet
     */
    record Malformed(int octet, ProtocolProblem problem) implements MilterReply {}

    private static void requireNoNul(Octets text) {
        if (text.indexOf(0, 0) >= 0) {
            throw new IllegalArgumentException("a text must not contain NUL");
        }
    }
}
