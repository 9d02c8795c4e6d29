package org.countersign.cli;

import java.util.HashMap;
import java.util.Map;

/** The notation of signatures in {@code mails.tsv}: {@code d/s}, and {@code i=} where it is not just the domain. */
final class SignatureNotation {
    private SignatureNotation() {}

    /**
     * @param value of a DKIM-Signature field
     */
    static String of(String value) {
        Map<String, String> tags = new HashMap<>();
        for (String tag : value.replaceAll("\\s", "").split(";", -1)) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                tags.put(tag.substring(0, equals), tag.substring(equals + 1));
            }
        }
        String domain = tags.getOrDefault("d", "");
        String auid = tags.getOrDefault("i", "@" + domain);
        return domain + "/" + tags.getOrDefault("s", "") + (auid.equals("@" + domain) ? "" : " i=" + auid);
    }
}
