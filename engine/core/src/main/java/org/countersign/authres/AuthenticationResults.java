package org.countersign.authres;

import java.util.ArrayList;
import java.util.List;

/**
 * The content of an Authentication-Results field (RFC 8601 §2.2).
 *
 * @param authservId the server that made the checks: text without control characters, at most 255 octets. Empty for a
 *     parsed field without an id; such results cannot be written
 * @param results in the order of the field; empty for a field with {@code none}, which says that nothing was checked
 */
public record AuthenticationResults(String authservId, List<MethodResult> results) {
    public AuthenticationResults {
        authservId = ResultsText.clean(authservId, ResultsText.MAX_ID);
        results = List.copyOf(results);
    }

    /** The results of one method that may be used: without those that have a property of an unknown type. */
    public List<MethodResult> of(AuthenticationMethod method) {
        List<MethodResult> found = new ArrayList<>();
        for (MethodResult result : results) {
            if (result.is(method) && result.isUsable()) {
                found.add(result);
            }
        }
        return found;
    }
}
