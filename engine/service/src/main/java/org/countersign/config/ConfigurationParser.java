package org.countersign.config;

import java.util.List;
import java.util.Optional;
import org.countersign.syntax.Octets;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the text of a policy file. */
public final class ConfigurationParser {
    /** The size of the largest file that is read, in octets. */
    public static final int MAX_SIZE = 1 << 20;

    private ConfigurationParser() {}

    /**
     * Writes the configuration that a text means, with every default, as a text that means the same.
     *
     * @return empty if the text is not valid
     */
    public static Optional<String> effective(String sourceName, Octets text, FrontEnd frontEnd) {
        ConfigProblems problems = new ConfigProblems(sourceName);
        Optional<Node> document = YamlDocument.read(text, problems);
        SectionReader root = SectionReader.root(document, problems);
        Configuration.read(root, frontEnd);
        root.reportUnknown(root);
        return problems.isEmpty() ? Optional.of(EffectiveText.of(root)) : Optional.empty();
    }

    /**
     * Reads one YAML document in UTF-8. Total: any octets give settings or problems. A file that is empty, or has only
     * comments, gives the defaults.
     *
     * @param sourceName the name of the file in problems
     * @param frontEnd the sections of the program around the engine
     */
    public static ParsedConfiguration parse(String sourceName, Octets text, FrontEnd frontEnd) {
        ConfigProblems problems = new ConfigProblems(sourceName);
        Optional<Node> document = YamlDocument.read(text, problems);
        if (document.isEmpty() && !problems.isEmpty()) {
            return new ParsedConfiguration.Invalid(problems.inOrder(), Optional.empty(), List.of(), List.of());
        }
        SectionReader root = SectionReader.root(document, problems);
        Configuration configuration = Configuration.read(root, frontEnd);
        root.reportUnknown(root);
        if (root.keys().isEmpty() && problems.isEmpty()) {
            root.warn(
                    "has no settings, so all defaults apply: nothing is rejected and nothing is signed",
                    "check that it is the right file");
        }
        return problems.isEmpty()
                ? new ParsedConfiguration.Valid(configuration, problems.warnings(), root.keys(), root.settings())
                : new ParsedConfiguration.Invalid(
                        problems.inOrder(), Optional.of(configuration), problems.warnings(), root.settings());
    }
}
