package org.countersign.reports.receive;

import java.util.Arrays;

/**
 * What programs that save messages or pass them on leave before the header section: a byte order mark, empty lines, and the line
 * {@code >From }. A second delivery makes that of the line of an mbox file.
 */
final class MessageStart {
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] QUOTED_FROM = {'>', 'F', 'r', 'o', 'm', ' '};

    private MessageStart() {}

    /** The content without it if a message follows; any other content as it is. */
    static byte[] removedFrom(byte[] content) {
        int at = begins(content, 0, MARK) ? MARK.length : 0;
        at = afterEmptyLines(content, at);
        if (begins(content, at, QUOTED_FROM)) {
            while (at < content.length && content[at] != '\n') {
                at++;
            }
            at = afterEmptyLines(content, at);
        }
        if (at == 0) {
            return content;
        }
        byte[] start = Arrays.copyOfRange(content, at, Math.min(content.length, at + ContentKind.WINDOW));
        return ContentKind.of(start) == ContentKind.MESSAGE ? Arrays.copyOfRange(content, at, content.length) : content;
    }

    private static int afterEmptyLines(byte[] content, int from) {
        int at = from;
        while (at < content.length && (content[at] == '\r' || content[at] == '\n')) {
            at++;
        }
        return at;
    }

    private static boolean begins(byte[] content, int from, byte[] start) {
        return content.length - from >= start.length
                && Arrays.equals(content, from, from + start.length, start, 0, start.length);
    }
}
