package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parts of the project's Markdown files that tests compare with the program. */
public final class Markdown {
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private Markdown() {}

    /**
     * A fenced block.
     *
     * @param section the nearest heading above it, without its marks; empty if there is none
     * @param language what stands after the opening fence
     * @param text its lines, each with a line end
     */
    public record Block(String section, String language, String text) {}

    /** All fenced blocks, in the order of the document. */
    public static List<Block> blocks(String document) throws IOException {
        List<Block> blocks = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String section = "";
        Optional<String> language = Optional.empty();
        for (String line : Files.readAllLines(ROOT.resolve(document))) {
            if (language.isPresent() && line.equals("```")) {
                blocks.add(new Block(section, language.get(), text.toString()));
                text.setLength(0);
                language = Optional.empty();
            } else if (language.isPresent()) {
                text.append(line).append('\n');
            } else if (line.startsWith("```")) {
                language = Optional.of(line.substring("```".length()));
            } else if (line.startsWith("#")) {
                section = line.replaceFirst("^#+ ", "");
            }
        }
        return blocks;
    }

    /** The fenced blocks of one language, in the order of the document. */
    public static List<String> blocks(String document, String language) throws IOException {
        return blocks(document).stream()
                .filter(block -> block.language().equals(language))
                .map(Block::text)
                .toList();
    }

    /** The lines of all shell blocks. */
    public static List<String> commands(String document) throws IOException {
        return blocks(document, "sh").stream().flatMap(String::lines).toList();
    }

    /** The targets of all links. */
    static List<String> links(String document) throws IOException {
        return LINK.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
