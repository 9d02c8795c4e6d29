package org.countersign.authres;

import java.util.ArrayList;
import java.util.List;

/**
 * What an Authentication-Results field says (RFC 8601 §2.2).
 *
 * @param authservId who says it; any text without control characters, at most 255 octets;
 *     empty where a field that was read has none, and such results cannot be written
 * @param results in the order written; empty where the field says {@code none}: nothing was checked
 */
public record AuthenticationResults(String authservId, List<MethodResult> results) {
    public AuthenticationResults {
        authservId = FieldText.clean(authservId, FieldText.MAX_ID);
        results = List.copyOf(results);
    }

    /** The results of one method. */
    public List<MethodResult> of(AuthenticationMethod method) {
        List<MethodResult> found = new ArrayList<>();
        for (MethodResult result : results) {
            if (result.is(method)) {
                found.add(result);
            }
        }
        return found;
    }
}
