package org.countersign.explain;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The result of a DKIM signature with its key and what was compared, as a tree of lines. */
final class DkimTree {
    private DkimTree() {}

    /** The tree of one signature. */
    static TextTree of(Members signature, boolean detailed) {
        TextTree result = VerdictText.result(signature.textOrEmpty("result"), signature.textOrEmpty("explain"));
        Members fault = signature.members("fault");
        fault.texts("likely-causes")
                .forEach(cause -> result.add(cause + ": proved, the signature fits when this is undone"));
        if (fault.textOrEmpty("problem").equals("no-key")) {
            result.add("key not published (any more): domains withdraw the keys of old messages"
                    + signature
                            .text("signed-at")
                            .map(time -> "; this one was signed at " + time)
                            .orElse(""));
        }
        if (detailed) {
            signature.text("key-name").ifPresent(name -> result.add("key: " + name + key(signature.members("key"))));
            if (signature.has("body-matches")) {
                Members body = signature.members("body");
                result.add((signature.flag("body-matches")
                                ? "body: its hash is the signed one"
                                : "body: its hash is " + body.textOrEmpty("hash") + ", signed was "
                                        + signature.textOrEmpty("signed-body-hash"))
                        + "; " + body.textOrEmpty("hashed-octets") + " of " + body.textOrEmpty("octets")
                        + " octets are signed");
            }
            List<String> fields = signature.texts("signed-fields");
            if (!fields.isEmpty()) {
                result.add("signed fields: " + fields(fields));
            }
            signature
                    .text("signed-at")
                    .ifPresent(time -> result.add("signed at " + time
                            + signature
                                    .text("expires-at")
                                    .map(end -> ", expires " + end)
                                    .orElse("")));
            result.add(fault.text("rule")
                    .map(rule -> rule + ": " + fault.textOrEmpty("problem"))
                    .orElse("RFC 6376 section 6.1.3: the signature verifies with the published key"));
        }
        return result;
    }

    /** The names of signed fields, each once: the second mention of a name says that there is no second field. */
    private static String fields(List<String> names) {
        return names.stream()
                .distinct()
                .map(name -> Collections.frequency(names, name) == 1
                        ? name
                        : name + " (" + Collections.frequency(names, name) + " times)")
                .collect(Collectors.joining(", "));
    }

    private static String key(Members key) {
        String bits = key.text("bits").map(number -> ", " + number + " bits").orElse("");
        return bits + (key.flag("testing") ? ", in test mode (t=y)" : "") + (key.flag("revoked") ? ", revoked" : "");
    }
}
