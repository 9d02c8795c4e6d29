package org.countersign.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of UCL, the language of rspamd's configuration. */
sealed interface Ucl {
    /**
     * A text, a number or a boolean.
     *
     * @param text without quotation marks
     * @param quoted whether it had them: then it is a text, whatever it says
     */
    record Text(String text, boolean quoted, Origin origin) implements Ucl {
        /** The value as a condition. Lua takes every text and every number for yes. */
        boolean isTrue() {
            return quoted || !NO.contains(text.toLowerCase(java.util.Locale.ROOT));
        }

        /** Whether rspamd reads a number: digits, and perhaps a suffix such as k. */
        boolean isNumber() {
            int digits = 0;
            while (digits < text.length() && "0123456789.".indexOf(text.charAt(digits)) >= 0) {
                digits++;
            }
            return !quoted
                    && digits > 0
                    && SUFFIXES.contains(text.substring(digits).toLowerCase(java.util.Locale.ROOT));
        }

        /** Whether it switches a module off: there rspamd reads words in quotation marks too. */
        boolean isOff() {
            return OFF.contains(text.toLowerCase(java.util.Locale.ROOT));
        }

        /** Whether it says no, and means yes because of its quotation marks. */
        boolean isQuotedNo() {
            return quoted && NO.contains(text.toLowerCase(java.util.Locale.ROOT));
        }

        private static final List<String> NO = List.of("false", "no", "off");
        private static final List<String> OFF = List.of("false", "no", "off", "n", "0");
        private static final List<String> SUFFIXES =
                List.of("", "k", "m", "g", "kb", "mb", "gb", "ms", "s", "min", "h", "d", "w", "y");
    }

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
            return text(key).map(Text::isTrue).orElse(byDefault);
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
