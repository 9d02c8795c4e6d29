package org.countersign.config;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.countersign.syntax.Octets;

/**
 * A policy file with every setting as a comment, each with its meaning and its default. It comes from the declarations
 * of the settings, as the tables in {@code docs/configuration.md} do.
 */
public final class ExampleFile {
    private static final int WIDTH = 100;
    private static final String HEADER = """
            # Every setting of the policy file, with its default. The file as it is changes nothing.
            # To change a setting, remove the character # from the beginning of its line, and from the line of
            # each section that the setting is in.
            #
            # The lists rules, examples, signing.keys, signing.table and signing.allow, and the key arc.seal,
            # are described in configuration.md. The command countersign config check finds mistakes.
            """;

    private final StringBuilder text = new StringBuilder(HEADER);
    private List<String> open = List.of();

    private ExampleFile() {}

    /**
     * Writes the file.
     *
     * @param frontEnd the sections of the program around the engine
     */
    public static String write(FrontEnd frontEnd) {
        if (!(ConfigurationParser.parse("", Octets.EMPTY, frontEnd) instanceof ParsedConfiguration.Valid defaults)) {
            throw new IllegalStateException("the defaults are not valid");
        }
        ExampleFile file = new ExampleFile();
        List<Setting> left = new ArrayList<>(defaults.settings());
        while (!left.isEmpty()) {
            // The settings of a section may be declared in several places, and those of sections inside it between
            // them.
            String outermost = firstWord(left.getFirst());
            List<Setting> group = new ArrayList<>(left.stream()
                    .filter(setting -> firstWord(setting).equals(outermost))
                    .toList());
            left.removeAll(group);
            while (!group.isEmpty()) {
                String section = section(group.getFirst());
                group.stream()
                        .filter(setting -> section(setting).equals(section))
                        .forEach(file::add);
                group.removeIf(setting -> section(setting).equals(section));
            }
        }
        return file.text.toString();
    }

    private static String section(Setting setting) {
        return setting.path().substring(0, Math.max(setting.path().lastIndexOf('.'), 0));
    }

    private static String firstWord(Setting setting) {
        int dot = setting.path().indexOf('.');
        return dot < 0 ? "" : setting.path().substring(0, dot);
    }

    private void add(Setting setting) {
        List<String> words = List.of(setting.path().split("\\.", -1));
        List<String> sections = words.subList(0, words.size() - 1);
        text.append('\n');
        int common = 0;
        while (common < Math.min(open.size(), sections.size())
                && open.get(common).equals(sections.get(common))) {
            common++;
        }
        for (int depth = common; depth < sections.size(); depth++) {
            text.append('#')
                    .append("  ".repeat(depth))
                    .append(sections.get(depth))
                    .append(":\n");
        }
        open = sections;
        comment(plain(setting.meaning()) + " Values: " + plain(setting.values()) + ".");
        String key = words.getLast();
        if (setting.written().isPresent()) {
            text.append('#')
                    .append("  ".repeat(sections.size()))
                    .append(key)
                    .append(": ")
                    .append(setting.written().get())
                    .append('\n');
        } else {
            comment(key + " has no fixed default. Without it: " + plain(setting.byDefault()) + ".");
        }
    }

    private void comment(String words) {
        StringBuilder line = new StringBuilder("#");
        StringTokenizer each = new StringTokenizer(words);
        while (each.hasMoreTokens()) {
            String word = each.nextToken();
            if (line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }

    /** Markdown without marks, and with the text of a link in place of the link. */
    private static String plain(String markdown) {
        StringBuilder plain = new StringBuilder();
        String rest = markdown;
        int end = rest.indexOf("](");
        while (end >= 0) {
            int begin = rest.lastIndexOf('[', end);
            int close = rest.indexOf(')', end);
            plain.append(rest, 0, begin).append(rest, begin + 1, end);
            rest = rest.substring(close + 1);
            end = rest.indexOf("](");
        }
        return EffectiveText.words(plain.append(rest).toString());
    }
}
