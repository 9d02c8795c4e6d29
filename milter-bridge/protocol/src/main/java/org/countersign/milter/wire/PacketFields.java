package org.countersign.milter.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.countersign.syntax.Octets;

/** Takes the data of a packet apart, item by item. Texts are copied, for the buffer is used again. */
final class PacketFields {
    /** Ends the reading of one packet; the codec that began it makes it a value. */
    static final class Problem extends Exception {
        private static final long serialVersionUID = 1;

        private final ProtocolProblem malformation;

        Problem(ProtocolProblem malformation) {
            // What a packet lacks is told by the malformation; a stack trace would only cost time.
            super(malformation.name(), null, false, false);
            this.malformation = malformation;
        }

        ProtocolProblem malformation() {
            return malformation;
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

    /** The octets up to the next NUL. */
    Octets text() throws Problem {
        int from = at;
        while (at < end && array[at] != 0) {
            at++;
        }
        require(at < end, ProtocolProblem.MISSING_NUL);
        return Octets.copyOf(array, from, at++ - from);
    }

    /** The octets up to the NUL that ends the packet, with any NUL that stands before it. */
    Octets lastText() throws Problem {
        require(at < end && array[end - 1] == 0, ProtocolProblem.MISSING_NUL);
        Octets text = Octets.copyOf(array, at, end - 1 - at);
        at = end;
        return text;
    }

    /** All texts that are left. */
    List<Octets> texts() throws Problem {
        List<Octets> texts = new ArrayList<>();
        while (remaining() > 0) {
            texts.add(text());
        }
        return texts;
    }

    /** A window on what is left. */
    ByteBuffer rest() {
        return ByteBuffer.wrap(array, at, remaining()).slice();
    }

    void requireEnd() throws Problem {
        require(remaining() == 0, ProtocolProblem.LEFT_OVER);
    }

    static void require(boolean holds, ProtocolProblem otherwise) throws Problem {
        if (!holds) {
            throw new Problem(otherwise);
        }
    }
}
