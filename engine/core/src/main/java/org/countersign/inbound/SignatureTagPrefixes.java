package org.countersign.inbound;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.countersign.dkim.DkimResult;

/** The prefixes of {@code b=} tags that identify each of several reported signatures (RFC 6008 §4). */
final class SignatureTagPrefixes {
    private static final int MIN_LENGTH = 8;
    // A sender can make two signatures as similar as wanted.
    private static final int MAX_LENGTH = 64;

    private final List<String> sorted;

    /**
     * @param reported all signatures of the message
     */
    SignatureTagPrefixes(List<DkimResult> reported) {
        Set<String> texts = new TreeSet<>();
        for (DkimResult result : reported) {
            texts.add(result.signature().signatureText());
        }
        this.sorted = List.copyOf(texts);
    }

    /** The shortest prefix of 8 to 64 characters that no other signature has. A shorter value is returned whole. */
    String of(DkimResult result) {
        String text = result.signature().signatureText();
        int at = Collections.binarySearch(sorted, text);
        // In sorted order, the value with the longest common prefix is a neighbour.
        int shared = Math.max(shared(text, at - 1), shared(text, at + 1));
        int length = Math.min(MAX_LENGTH, Math.max(MIN_LENGTH, shared + 1));
        return text.substring(0, Math.min(length, text.length()));
    }

    private int shared(String text, int neighbour) {
        if (neighbour < 0 || neighbour >= sorted.size()) {
            return 0;
        }
        String other = sorted.get(neighbour);
        int most = Math.min(text.length(), other.length());
        int shared = 0;
        while (shared < most && text.charAt(shared) == other.charAt(shared)) {
            shared++;
        }
        return shared;
    }
}
