package org.countersign.message;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Swar;

/**
 * Finds the {@link TransportHazard}s of a message while it is received. Keeps nothing of the message. Not thread-safe.
 */
public final class TransportScan {
    /** RFC 5322 §2.1.1: the maximum length of a line in octets, without the CRLF. */
    static final int MAX_LINE = 998;

    private static final long CRS = Swar.repeat('\r');
    private static final long LFS = Swar.repeat('\n');

    private final boolean eightBitMime;
    private final EnumSet<TransportHazard> found = EnumSet.noneOf(TransportHazard.class);
    private long line;
    private boolean afterCr;

    /**
     * @param eightBitMime whether the next mail servers accept 8-bit bodies (RFC 6152), so that such a body is no
     *     hazard
     */
    public TransportScan(boolean eightBitMime) {
        this.eightBitMime = eightBitMime;
    }

    /** Scans the header section. */
    public void headers(HeaderSection headers) {
        for (HeaderField field : headers.fields()) {
            field(field.raw());
        }
        addIfMissing(headers, "From", TransportHazard.MISSING_FROM);
        addIfMissing(headers, "Date", TransportHazard.MISSING_DATE);
        addIfMissing(headers, "Message-ID", TransportHazard.MISSING_MESSAGE_ID);
    }

    private void addIfMissing(HeaderSection headers, String name, TransportHazard hazard) {
        for (HeaderField field : headers.fields()) {
            if (field.is(name)) {
                return;
            }
        }
        found.add(hazard);
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

    /** Scans a piece of the body, which may end anywhere. */
    public void body(byte[] octets, int offset, int length) {
        int end = offset + length;
        int at = offset;
        long eightBit = 0;
        while (at < end) {
            if (at + Long.BYTES <= end) {
                long word = Swar.read(octets, at);
                eightBit |= word;
                // Most words have no line end. After a CR even an ordinary octet matters.
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

    /** Ends the body, and returns the hazards in the order of the enum. */
    public Set<TransportHazard> finish() {
        if (afterCr) {
            found.add(TransportHazard.BARE_CR);
        }
        noteLine(line);
        return Collections.unmodifiableSet(EnumSet.copyOf(found));
    }
}
