package org.countersign.arc;

import java.util.List;
import org.countersign.smtp.HeaderField;

/**
 * An ARC set that this host adds (RFC 8617 §4.2).
 *
 * @param instance the number of the set, 1 to 50
 * @param status {@code cv=}, the result of the received chain
 * @param fields ARC-Seal, ARC-Message-Signature and ARC-Authentication-Results, to be added above all other fields in
 *     this order
 */
public record SealedArcSet(int instance, ChainStatus status, List<HeaderField> fields) {
    public SealedArcSet {
        fields = List.copyOf(fields);
    }
}
