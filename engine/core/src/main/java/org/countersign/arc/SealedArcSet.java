package org.countersign.arc;

import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * An ARC Set that we add (RFC 8617 §4.2).
 *
 * @param instance its number, 1 to 50
 * @param status {@code cv=}: what became of the chain that the message came with
 * @param fields ARC-Seal, ARC-Message-Signature and ARC-Authentication-Results, to be put above all others in this
 *     order
 */
public record SealedArcSet(int instance, ChainStatus status, List<HeaderField> fields) {
    public SealedArcSet {
        fields = List.copyOf(fields);
    }
}
