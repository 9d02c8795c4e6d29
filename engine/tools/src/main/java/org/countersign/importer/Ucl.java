package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of UCL, the language of rspamd's configuration. */
sealed interface Ucl {
    /** A text, a number or a boolean, as it is written. */
    record Text(String text, Origin origin) implements Ucl {}

    /** {@code [ , ]}. */
    record Items(List<Ucl> items) implements Ucl {
        public Items {
            items = List.copyOf(items);
        }
    }

    /**
     * {@code { }}: keys with values. A key that is repeated has several.
     *
     * @param origin where it begins
     */
    record Section(Map<String, List<Ucl>> keys, Origin origin) implements Ucl {
        static Section empty(Origin origin) {
            return new Section(new LinkedHashMap<>(), origin);
        }

        void add(String key, Ucl value) {
            keys.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(value);
        }

        /** The values of a key. Those of a list count one by one. */
        List<Ucl> all(String key) {
            List<Ucl> values = new ArrayList<>();
            for (Ucl value : keys.getOrDefault(key, List.of())) {
                if (value instanceof Items(List<Ucl> items)) {
                    values.addAll(items);
                } else {
                    values.add(value);
                }
            }
            return values;
        }

        /** The last text of a key. */
        Optional<Text> text(String key) {
            return all(key).stream()
                    .filter(Text.class::isInstance)
                    .map(Text.class::cast)
                    .reduce((earlier, later) -> later);
        }

        /** A boolean, or the default. */
        boolean flag(String key, boolean byDefault) {
            return text(key)
                    .map(value -> switch (value.text().toLowerCase(java.util.Locale.ROOT)) {
                        case "true", "yes", "on", "1" -> true;
                        case "false", "no", "off", "0" -> false;
                        default -> byDefault;
                    })
                    .orElse(byDefault);
        }

        /** The sections of a key, with all keys of those that are repeated. */
        Section section(String key) {
            Section merged = empty(origin);
            for (Ucl value : all(key)) {
                if (value instanceof Section section) {
                    section.keys.forEach((name, values) -> values.forEach(each -> merged.add(name, each)));
                }
            }
            return merged;
        }

        /** Replaces the keys that another section has. */
        void override(Section other) {
            other.keys.forEach((key, values) -> keys.put(key, new ArrayList<>(values)));
        }
    }
}
