package org.countersign.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service exposes, from the text format of Prometheus.
 *
 * @param families by the name of the metric
 */
record ExposedMetrics(Map<String, Family> families) {
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /**
     * A metric.
     *
     * @param samples the names of its samples: more than one for a histogram
     * @param labels the values by the name of the label
     */
    record Family(String help, String kind, Set<String> samples, Map<String, Set<String>> labels) {}

    static ExposedMetrics parse(String text) {
        Map<String, Family> families = new TreeMap<>();
        String help = "";
        Family family = new Family("", "", Set.of(), Map.of());
        for (String line : text.split("\n", -1)) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                help = words[3];
            } else if (line.startsWith("# TYPE ")) {
                family = new Family(help, words[3], new TreeSet<>(), new TreeMap<>());
                families.put(words[2], family);
            } else if (!line.isEmpty()) {
                add(family, line);
            }
        }
        return new ExposedMetrics(families);
    }

    private static void add(Family family, String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        family.samples().add(sample.group(1));
        String labels = sample.group(2) == null ? "" : sample.group(2);
        for (MatchResult label : LABEL.matcher(labels).results().toList()) {
            family.labels()
                    .computeIfAbsent(label.group(1), unused -> new TreeSet<>())
                    .add(label.group(2));
        }
    }

    /** The metric that has samples of this name. */
    Family of(String sample) {
        return families.values().stream()
                .filter(family -> family.samples().contains(sample))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no service exposes " + sample));
    }

    /** The rows of the table of metrics whose names have this prefix. */
    String rows(String prefix) {
        Map<String, String> rows = new LinkedHashMap<>();
        families.forEach((name, family) -> {
            if (name.startsWith(prefix)) {
                Set<String> labels = new TreeSet<>(family.labels().keySet());
                labels.removeAll(Set.of("le", "quantile"));
                rows.put(
                        name,
                        "| `" + name + "` | " + family.kind() + " | "
                                + String.join(
                                        ", ",
                                        labels.stream()
                                                .map(label -> "`" + label + "`")
                                                .toList())
                                + " | " + family.help() + " |\n");
            }
        });
        return String.join("", rows.values());
    }
}
