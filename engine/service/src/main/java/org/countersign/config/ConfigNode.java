package org.countersign.config;

import java.util.List;

/** A policy file as a tree in which everything knows its line and column, both counted from 1. */
sealed interface ConfigNode {
    int line();

    int column();

    /** What to call it in a message. */
    String kind();

    /**
     * @param plain written without quotes
     */
    record Scalar(String text, boolean plain, int line, int column) implements ConfigNode {
        /** Whether nothing stands there at all. */
        boolean isAbsent() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }

        @Override
        public String kind() {
            return "a single value";
        }
    }

    record Sequence(List<ConfigNode> items, int line, int column) implements ConfigNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(List<Entry> entries, int line, int column) implements ConfigNode {
        @Override
        public String kind() {
            return "a section of keys";
        }
    }

    /** Something that was reported already and is not to be reported twice. */
    record Refused(int line, int column) implements ConfigNode {
        @Override
        public String kind() {
            return "something else";
        }
    }

    record Entry(String key, int line, int column, ConfigNode value) {}
}
