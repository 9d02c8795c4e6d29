package org.countersign.metrics;

/**
 * The declaration of a metric. Components declare theirs as constants, so that each has one name and one explanation.
 *
 * @param name by the conventions of Prometheus: snake case, the unit last, {@code _total} for counters only
 * @param help what the value means: one line for people
 */
public record Metric(String name, Kind kind, String help) {
    private static final String TOTAL = "_total";
    private static final String SECONDS = "_seconds";

    /** How the values of a metric behave. */
    public enum Kind {
        /** Only grows, and starts at zero with the program. */
        COUNTER("counter"),
        /** Grows and shrinks. */
        GAUGE("gauge"),
        /** Counts durations by their length. */
        HISTOGRAM("histogram");

        private final String keyword;

        Kind(String keyword) {
            this.keyword = keyword;
        }

        /** The word of the text format of Prometheus. */
        public String keyword() {
            return keyword;
        }
    }

    /**
     * @throws IllegalArgumentException if the name does not follow the conventions
     */
    public Metric {
        boolean isSnakeCase = !name.isEmpty()
                && name.chars().allMatch(c -> c == '_' || isDigit(c) || (c >= 'a' && c <= 'z'))
                && !isDigit(name.charAt(0));
        boolean isUnitRight =
                name.endsWith(TOTAL) == (kind == Kind.COUNTER) && (kind != Kind.HISTOGRAM || name.endsWith(SECONDS));
        if (!isSnakeCase || !isUnitRight) {
            throw new IllegalArgumentException("not the name of a " + kind.keyword + ": " + name);
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** A counter; its name ends with {@code _total}. */
    public static Metric counter(String name, String help) {
        return new Metric(name, Kind.COUNTER, help);
    }

    /** A gauge; its name does not end with {@code _total}. */
    public static Metric gauge(String name, String help) {
        return new Metric(name, Kind.GAUGE, help);
    }

    /** A histogram of durations; its name ends with {@code _seconds}. */
    public static Metric histogram(String name, String help) {
        return new Metric(name, Kind.HISTOGRAM, help);
    }

    /**
     * Requires that the metric is of a kind.
     *
     * @throws IllegalArgumentException if it is of another kind
     */
    void require(Kind required) {
        if (kind != required) {
            throw new IllegalArgumentException(
                    "the metric " + name + " is a " + kind.keyword + ", not a " + required.keyword);
        }
    }
}
