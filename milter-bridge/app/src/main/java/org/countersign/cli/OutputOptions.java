package org.countersign.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.countersign.explain.TextStyle;
import org.countersign.syntax.Ascii;
import picocli.CommandLine.Option;

/** The options of every command that writes trees, colours or progress. */
final class OutputOptions {
    /** When colours are written. */
    enum Color {
        AUTO,
        ALWAYS,
        NEVER
    }

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "Write colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
    private Color color = Color.AUTO;

    @Option(
            names = {"-q", "--quiet"},
            description = "Write no progress and no hints to standard error.")
    private boolean quiet;

    boolean quiet() {
        return quiet;
    }

    /** The style for standard output. */
    TextStyle style(Streams streams) {
        return style(color, System.getenv(), Terminal.isStandardOutput(streams.out()));
    }

    /**
     * The style for an environment.
     *
     * @param terminal whether a person sees the output on a terminal
     */
    static TextStyle style(Color color, Map<String, String> environment, boolean terminal) {
        boolean colours = switch (color) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> terminal && Terminal.allowsColours(environment);
        };
        int width = columns(environment).orElse(terminal ? TextTable.WIDTH : TextStyle.UNFOLDED);
        return new TextStyle(colours, isUtf8(environment), width);
    }

    /** The width in COLUMNS, which shells export on request and tests set. */
    private static Optional<Integer> columns(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        boolean number =
                !columns.isEmpty() && columns.length() <= 4 && columns.chars().allMatch(Ascii::isDigit);
        return number ? Optional.of(Math.max(TextStyle.MIN_WIDTH, Integer.parseInt(columns))) : Optional.empty();
    }

    /** The character set of the locale: the first of these variables that is set decides (POSIX). */
    private static boolean isUtf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = Ascii.lower(environment.getOrDefault(name, ""));
            if (!value.isEmpty()) {
                return value.contains("utf-8") || value.contains("utf8");
            }
        }
        return false;
    }

    /** Standard output for text in this style, in UTF-8 whatever the Java runtime takes for the character set. */
    static PrintStream writer(Streams streams) {
        return new PrintStream(streams.out(), true, StandardCharsets.UTF_8);
    }
}
