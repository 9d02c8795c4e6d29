package org.countersign.spf;

import java.util.Map;
import java.util.Objects;

/** Reads required entries. */
final class Yaml {
    private Yaml() {}

    static Map<?, ?> map(Map<?, ?> parent, String key) {
        return (Map<?, ?>) value(parent, key);
    }

    static String text(Map<?, ?> parent, String key) {
        return (String) value(parent, key);
    }

    static Object value(Map<?, ?> parent, String key) {
        return Objects.requireNonNull(parent.get(key), () -> "no " + key + " in " + parent);
    }
}
