package org.countersign.keys;

import java.util.ArrayList;
import java.util.List;
import org.countersign.syntax.Octets;

/**
 * A block of PEM (RFC 7468 §2): the text between a BEGIN line and its END line. More tolerant than Bouncy
 * Castle's {@code PemReader}: the lines may be indented, follow a byte order mark or have no line end. A damaged block does
 * not hide the next one.
 *
 * @param label the label of the BEGIN line, such as {@code PRIVATE KEY}
 * @param body the text up to the END line
 * @param ended whether there is an END line with the same label before the next BEGIN line
 */
record PemBlock(String label, Octets body, boolean ended) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    /** The blocks of a file, in order; never throws. */
    static List<PemBlock> of(Octets input) {
        String text = input.latin1();
        List<PemBlock> blocks = new ArrayList<>();
        for (int begin = text.indexOf(BEGIN); begin >= 0; ) {
            int labelAt = begin + BEGIN.length();
            int next = text.indexOf(BEGIN, labelAt);
            int limit = next < 0 ? text.length() : next;
            int labelEnd = text.indexOf(DASHES, labelAt);
            if (labelEnd < 0 || labelEnd > limit) {
                blocks.add(new PemBlock(text.substring(labelAt, lineEnd(text, labelAt, limit)), Octets.EMPTY, false));
            } else {
                String label = text.substring(labelAt, labelEnd);
                int bodyAt = labelEnd + DASHES.length();
                int end = text.indexOf(DASHES + "END " + label + DASHES, bodyAt);
                boolean ended = end >= 0 && end < limit;
                blocks.add(new PemBlock(label, input.slice(bodyAt, ended ? end : limit), ended));
            }
            begin = next;
        }
        return blocks;
    }

    private static int lineEnd(String text, int from, int limit) {
        int end = text.indexOf('\n', from);
        return end < 0 || end > limit ? limit : end;
    }

    /** Whether its label is that of a private key of any kind. */
    boolean isPrivateKey() {
        return label.endsWith("PRIVATE KEY") || label.endsWith("PRIVATE KEY BLOCK");
    }
}
