package org.countersign.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.countersign.syntax.Octets;

/** Reads the fields of a packet one after the other. Texts are copied, because the buffer is reused. */
final class PacketFields {
    /** Mail servers send at most a hundred. Each text is an object, and a packet of NULs would become forty times as large. */
    static final int MAX_TEXTS = 1024;

    /** Ends the reading of one packet. Never leaves this package: the codec turns it into a value. */
    static final class Problem extends Exception {
        private static final long serialVersionUID = 1;

        private final ProtocolProblem problem;

        Problem(ProtocolProblem problem) {
            // Without a stack trace, which nobody reads and which takes time.
            super(problem.name(), null, false, false);
            this.problem = problem;
        }

        ProtocolProblem problem() {
            return problem;
        }
    }

    private final byte[] array;
    private final int end;
    private int at;

    PacketFields(ByteBuffer data) {
        array = data.array();
        at = data.arrayOffset() + data.position();
        end = at + data.remaining();
    }

    int remaining() {
        return end - at;
    }

    int octet() throws Problem {
        require(remaining() >= 1, ProtocolProblem.TOO_SHORT);
        return array[at++] & 0xFF;
    }

    int u16() throws Problem {
        require(remaining() >= 2, ProtocolProblem.TOO_SHORT);
        return octet() << 8 | octet();
    }

    int u32() throws Problem {
        require(remaining() >= 4, ProtocolProblem.TOO_SHORT);
        return u16() << 16 | u16();
    }

    /** Reads the octets up to the next NUL. */
    Octets text() throws Problem {
        int from = at;
        while (at < end && array[at] != 0) {
            at++;
        }
        require(at < end, ProtocolProblem.MISSING_NUL);
        return Octets.copyOf(array, from, at++ - from);
    }

    /** Reads the octets up to the NUL at the end of the packet, including any other NUL. */
    Octets lastText() throws Problem {
        require(at < end && array[end - 1] == 0, ProtocolProblem.MISSING_NUL);
        Octets text = Octets.copyOf(array, at, end - 1 - at);
        at = end;
        return text;
    }

    /** Reads all remaining texts. */
    List<Octets> texts() throws Problem {
        List<Octets> texts = new ArrayList<>();
        while (remaining() > 0) {
            require(texts.size() < MAX_TEXTS, ProtocolProblem.TOO_MANY_TEXTS);
            texts.add(text());
        }
        return texts;
    }

    /** The remaining octets, not copied. */
    ByteBuffer rest() {
        return ByteBuffer.wrap(array, at, remaining()).slice();
    }

    void requireEnd() throws Problem {
        require(remaining() == 0, ProtocolProblem.LEFT_OVER);
    }

    static void require(boolean condition, ProtocolProblem problem) throws Problem {
        if (!condition) {
            throw new Problem(problem);
        }
    }
}
