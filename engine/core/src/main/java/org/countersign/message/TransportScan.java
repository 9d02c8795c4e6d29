package org.countersign.message;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Swar;

/**
 * Looks ahead: finds in a message, as it passes by, what mail servers on its way are known to change. Keeps a
 * few numbers and nothing of the message. Not for several threads at once.
 */
public final class TransportScan {
    /** RFC 5322 §2.1.1: the most octets of a line, without the CRLF. */
    static final int MAX_LINE = 998;

    private static final long CRS = Swar.repeat('\r');
    private static final long LFS = Swar.repeat('\n');

    private final boolean eightBitMime;
    private final EnumSet<TransportHazard> found = EnumSet.noneOf(TransportHazard.class);
    private long line;
    private boolean afterCr;

    /**
     * @param eightBitMime whether the next mail servers are known to take 8-bit bodies (RFC 6152), so that
     *     such a body is no hazard
     */
    public TransportScan(boolean eightBitMime) {
        this.eightBitMime = eightBitMime;
    }

    /** The whole header section. */
    public void headers(HeaderSection headers) {
        for (HeaderField field : headers.fields()) {
            field(field.raw());
        }
        addIfMissing(headers, "From", TransportHazard.MISSING_FROM);
        addIfMissing(headers, "Date", TransportHazard.MISSING_DATE);
        addIfMissing(headers, "Message-ID", TransportHazard.MISSING_MESSAGE_ID);
    }

    private void addIfMissing(HeaderSection headers, String name, TransportHazard hazard) {
        if (headers.fields().stream().noneMatch(field -> field.is(name))) {
            found.add(hazard);
        }
    }

    private void field(Octets raw) {
        if (!raw.isAscii()) {
            found.add(TransportHazard.EIGHT_BIT_HEADER);
        }
        int start = 0;
        for (int at = 0; at < raw.length(); at++) {
            int octet = raw.at(at);
            if (octet == '\r' && (at + 1 == raw.length() || raw.at(at + 1) != '\n')) {
                found.add(TransportHazard.BARE_CR);
            } else if (octet == '\n') {
                if (at == 0 || raw.at(at - 1) != '\r') {
                    found.add(TransportHazard.BARE_LF);
                }
                noteLine(at - 1 - start);
                start = at + 1;
            }
        }
        noteLine(raw.length() - start);
    }

    private void noteLine(long length) {
        if (length > MAX_LINE) {
            found.add(TransportHazard.LONG_LINE);
        }
    }

    /** A piece of the body with CRLF line ends, cut anywhere. */
    public void body(byte[] octets, int offset, int length) {
        int end = offset + length;
        int at = offset;
        long eightBit = 0;
        while (at < end) {
            if (at + Long.BYTES <= end) {
                long word = Swar.read(octets, at);
                eightBit |= word;
                // Most words hold no line end, and behind a CR even an ordinary octet says something.
                if (!afterCr && !hasLineEnd(word)) {
                    line += Long.BYTES;
                    at += Long.BYTES;
                    continue;
                }
            }
            eightBit |= octets[at];
            octet(octets[at++]);
        }
        if (!eightBitMime && (eightBit & Swar.HIGH_BITS) != 0) {
            found.add(TransportHazard.EIGHT_BIT_BODY);
        }
    }

    private static boolean hasLineEnd(long word) {
        return (Swar.zeros(word ^ CRS) | Swar.zeros(word ^ LFS)) != 0;
    }

    private void octet(byte octet) {
        if (octet == '\n') {
            if (!afterCr) {
                found.add(TransportHazard.BARE_LF);
            }
            noteLine(afterCr ? line - 1 : line);
            line = 0;
            afterCr = false;
            return;
        }
        if (afterCr) {
            found.add(TransportHazard.BARE_CR);
        }
        afterCr = octet == '\r';
        line++;
    }

    /** The end of the body: what was found, in the order of the enum. */
    public Set<TransportHazard> finish() {
        if (afterCr) {
            found.add(TransportHazard.BARE_CR);
        }
        noteLine(line);
        return Collections.unmodifiableSet(EnumSet.copyOf(found));
    }
}
