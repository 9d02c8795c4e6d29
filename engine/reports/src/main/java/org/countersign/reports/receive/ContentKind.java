package org.countersign.reports.receive;

import java.nio.charset.StandardCharsets;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/** What a file or a MIME part contains, by its first octets alone: media types and file names of reports are often wrong. */
enum ContentKind {
    EMPTY,
    /** White space and a byte order mark may come first. */
    XML,
    /** RFC 1952 §2.3.1. */
    GZIP,
    /** A local file header, or the end of an archive without members (APPNOTE.TXT 4.3). */
    ZIP,
    /** Another format of archives, which is not opened: see {@link OtherArchive}. */
    OTHER_ARCHIVE,
    JSON,
    /** Begins with the line of an mbox file (RFC 4155). */
    MBOX,
    /** Begins with a header field. */
    MESSAGE,
    OTHER;

    /** So many octets are enough for {@link #of}. */
    static final int WINDOW = 1024;

    private static final int MAX_FIELD_NAME = 76;
    private static final int MAX_SEARCHED = 4096;
    private static final int MAX_SHOWN = 20;

    /** The kind of a content, of which the array has all octets or the first {@link #WINDOW}. */
    static ContentKind of(byte[] octets) {
        return of(octets, octets.length);
    }

    static ContentKind of(byte[] octets, int length) {
        if (length == 0) {
            return EMPTY;
        }
        if (begins(octets, length, 0x1F, 0x8B)) {
            return GZIP;
        }
        if (begins(octets, length, 'P', 'K', 3, 4) || begins(octets, length, 'P', 'K', 5, 6)) {
            return ZIP;
        }
        if (OtherArchive.of(octets, length).isPresent()) {
            return OTHER_ARCHIVE;
        }
        int first = firstCharacter(octets, length);
        if (first == '<') {
            return XML;
        }
        if (first == '{') {
            return JSON;
        }
        String start = new String(octets, 0, Math.min(length, WINDOW), StandardCharsets.ISO_8859_1);
        if (start.startsWith("From ")) {
            return MBOX;
        }
        return isHeaderField(start) ? MESSAGE : OTHER;
    }

    /** Whether a content is a report about TLS (RFC 8460). */
    static boolean isTlsReport(byte[] octets) {
        // RFC 8460 §4.4: its first members are among these.
        String start = start(octets, MAX_SEARCHED);
        return of(octets) == JSON && (start.contains("\"organization-name\"") || start.contains("\"policies\""));
    }

    /** Why a content is no report, in one clause of printing US-ASCII. */
    static String notReport(byte[] octets) {
        return octets.length == 0
                ? "it is empty"
                : "no report: the content begins with " + Escapes.printable(start(octets, MAX_SHOWN), 3 * MAX_SHOWN);
    }

    private static String start(byte[] octets, int max) {
        return new String(octets, 0, Math.min(octets.length, max), StandardCharsets.ISO_8859_1);
    }

    private static boolean begins(byte[] octets, int length, int... expected) {
        if (length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((octets[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** The first character that is neither white space nor part of a byte order mark; in UTF-16 and UTF-32 its octet that is not 0. */
    private static int firstCharacter(byte[] octets, int length) {
        int at = 0;
        if (begins(octets, length, 0xEF, 0xBB, 0xBF)) {
            at = 3;
        } else if (begins(octets, length, 0, 0, 0xFE, 0xFF)) {
            at = 4;
        } else if (begins(octets, length, 0xFE, 0xFF) || begins(octets, length, 0xFF, 0xFE)) {
            at = 2;
        }
        while (at < length && (octets[at] == 0 || Ascii.isFws(octets[at]))) {
            at++;
        }
        return at < length ? octets[at] : -1;
    }

    private static boolean isHeaderField(String start) {
        int colon = start.indexOf(':');
        if (colon < 1 || colon > MAX_FIELD_NAME) {
            return false;
        }
        for (int i = 0; i < colon; i++) {
            char c = start.charAt(i);
            if (!Ascii.isAlphaNumeric(c) && c != '-' && c != '_') {
                return false;
            }
        }
        // A field ends in a line end; http://... does not begin a message.
        return !start.startsWith("//", colon + 1);
    }
}
