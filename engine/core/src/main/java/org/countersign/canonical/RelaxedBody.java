package org.countersign.canonical;

import java.util.Arrays;
import org.countersign.syntax.Ascii;

/**
 * The relaxed body canonicalization (RFC 6376 §3.4.4): white space at line ends goes, other white space
 * becomes one space, empty lines at the end go. A body of which nothing is left stays empty; any other
 * ends in CRLF.
 *
 * <p>Few octets of a body need a change, so between two changes whole stretches are taken as they are: gathered in a
 * buffer where they are short, and written from where they stand where they are long. Line ends at the end of
 * what is written are held back as a number, since they may be the end of the body.
 */
final class RelaxedBody extends BodyCanonicalizer {
    /** A little more than what its reader holds back, so that each piece is enough for that. */
    static final int ROOM = CanonicalBody.TAIL + 1024;

    private static final int FEW_LINE_ENDS = 8;
    /** Of what a gap is written as: those line ends, a space and a CR. */
    private static final int MAX_GAP = 2 * FEW_LINE_ENDS + 2;

    private static final byte[] CR = {'\r'};

    private final WhitespaceScanner scan;
    private final int room;

    // What has not been written yet: line ends, then these octets, then a gap where one is open.
    private long heldLineEnds;
    private byte[] pending;
    private int length;
    private int expected;

    // A gap, of which it is not known what follows it: in the order in which its parts would be written.
    private long lineEnds;
    private boolean space;
    private boolean carriageReturn;

    private boolean hasContent;

    RelaxedBody(BodySink sink, BodyBuffers buffers) {
        this(sink, buffers, ROOM);
    }

    /**
     * @param room how many octets are gathered before they are written
     */
    RelaxedBody(BodySink sink, BodyBuffers buffers, int room) {
        super(sink);
        this.scan = new WhitespaceScanner(buffers.marks());
        this.pending = buffers.first();
        this.room = room;
    }

    @Override
    void write(byte[] octets, int offset, int length) {
        int end = offset + length;
        // A small body needs no more room than this; a larger one gets all of it with the next piece.
        expected = pending.length == 0 ? length + MAX_GAP : room;
        int at = isGapOpen() ? readGap(octets, offset, end) : offset;
        if (at == end) {
            return;
        }
        takeGap();
        // What becomes of white space is for the two octets behind it to say.
        int seen = Math.max(at, end - 2);
        takeSeen(octets, at, seen);
        takeEach(octets, seen, end);
    }

    /** Takes octets of which two more can be seen behind the last one. */
    private void takeSeen(byte[] octets, int from, int end) {
        int at = from;
        scan.begin(octets, at, end);
        while (scan.advance()) {
            int first = scan.first();
            for (long changes = scan.changes(); changes != 0; changes &= changes - 1) {
                int change = first + Long.numberOfTrailingZeros(changes);
                if (!Ascii.isWsp(octets[change])) {
                    continue;
                }
                take(octets, at, change);
                if (!isRemoved(octets, change)) {
                    makeRoom(1);
                    pending[length++] = ' ';
                }
                at = change + 1;
            }
        }
        take(octets, at, end);
    }

    /** Whether white space goes: in front of more of it, of which the last octet stands for all, or at the end of a line. */
    private static boolean isRemoved(byte[] octets, int at) {
        int next = octets[at + 1];
        int lineEnd = (next ^ '\r') | (octets[at + 2] ^ '\n');
        // Whether one of the three is zero. A product, since which one cannot be predicted and branches would cost
        // more.
        return (next ^ ' ') * (next ^ '\t') * lineEnd == 0;
    }

    /** Takes octets behind which there is nothing to be seen yet. */
    private void takeEach(byte[] octets, int from, int end) {
        int at = readGap(octets, from, end);
        while (at < end) {
            takeGap();
            // Behind a CR by itself another gap may begin.
            if (octets[at] != '\r' && !Ascii.isWsp(octets[at])) {
                take(octets, at, at + 1);
                at++;
            }
            at = readGap(octets, at, end);
        }
    }

    private boolean isGapOpen() {
        return space || carriageReturn || lineEnds > 0;
    }

    /** Takes in white space and line ends; returns the index of the octet that ends the gap. */
    private int readGap(byte[] octets, int from, int end) {
        int at = from;
        while (at < end) {
            byte octet = octets[at];
            if (carriageReturn) {
                if (octet != '\n') {
                    // A CR by itself is content.
                    return at;
                }
                carriageReturn = false;
                space = false;
                lineEnds++;
            } else if (octet == '\r') {
                carriageReturn = true;
            } else if (Ascii.isWsp(octet)) {
                space = true;
            } else {
                return at;
            }
            at++;
        }
        return at;
    }

    /** The gap has ended in content, so all of it and of what is before it counts. */
    private void takeGap() {
        if (lineEnds > FEW_LINE_ENDS) {
            emitPending();
            emitLineEnds(lineEnds);
            lineEnds = 0;
        }
        makeRoom(MAX_GAP);
        for (; lineEnds > 0; lineEnds--) {
            pending[length++] = '\r';
            pending[length++] = '\n';
        }
        if (space) {
            pending[length++] = ' ';
        }
        if (carriageReturn) {
            pending[length++] = '\r';
        }
        space = false;
        carriageReturn = false;
    }

    private void take(byte[] octets, int from, int to) {
        if (to - from <= pending.length - length) {
            System.arraycopy(octets, from, pending, length, to - from);
            length += to - from;
        } else if (to - from >= room) {
            int at = from;
            release();
            // A CR that was kept and an LF that follows now are a line end.
            while (length > 0 && at < to) {
                gather(octets, at, at + 1);
                at++;
                release();
            }
            release(octets, at, to);
        } else {
            gather(octets, from, to);
        }
    }

    private void gather(byte[] octets, int from, int to) {
        int at = from;
        while (length + to - at > room) {
            at = append(octets, at, at + Math.max(0, room - length));
            release();
        }
        append(octets, at, to);
    }

    private int append(byte[] octets, int from, int to) {
        makeRoom(to - from);
        System.arraycopy(octets, from, pending, length, to - from);
        length += to - from;
        return to;
    }

    private void makeRoom(int count) {
        if (count <= pending.length - length) {
            return;
        }
        if (length + count > room) {
            release();
        }
        if (length + count > pending.length) {
            int needed = length + count;
            pending = Arrays.copyOf(pending, Math.max(needed, Math.min(room, expected)));
        }
    }

    /** Writes what was gathered, but for a CR and, before it, line ends at its end. */
    private void release() {
        int to = endOfContent(pending, 0, length);
        int behind = length - to;
        length = 0;
        if (to > 0) {
            emitHeldLineEnds();
            pending = handOver(pending, to);
        }
        hold(behind);
    }

    /** Likewise octets from where they stand. */
    private void release(byte[] octets, int from, int end) {
        int to = endOfContent(octets, from, end);
        if (to > from) {
            emitHeldLineEnds();
            emit(octets, from, to);
        }
        hold(end - to);
    }

    private static int endOfContent(byte[] octets, int from, int end) {
        int to = end > from && octets[end - 1] == '\r' ? end - 1 : end;
        while (to - from >= 2 && octets[to - 1] == '\n' && octets[to - 2] == '\r') {
            to -= 2;
        }
        return to;
    }

    /** Keeps line ends, and the CR behind them where the number of octets is odd. */
    private void hold(int octets) {
        heldLineEnds += octets / 2;
        if (octets % 2 == 1) {
            gather(CR, 0, 1);
        }
    }

    /** Content follows. */
    private void emitHeldLineEnds() {
        emitLineEnds(heldLineEnds);
        heldLineEnds = 0;
        hasContent = true;
    }

    /** Writes all that was gathered. */
    private void emitPending() {
        emitHeldLineEnds();
        if (length > 0) {
            pending = handOver(pending, length);
            length = 0;
        }
    }

    @Override
    void finish() {
        if (carriageReturn) {
            takeGap();
        }
        release();
        if (length > 0) {
            // The CR that was kept is the last octet of all, and content.
            emitPending();
        }
        if (hasContent) {
            emitLineEnds(1);
        }
    }
}
