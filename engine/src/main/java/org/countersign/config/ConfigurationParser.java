package org.countersign.config;

import java.util.Optional;
import org.countersign.syntax.Octets;

/** Turns the text of a policy file into settings. */
public final class ConfigurationParser {
    /** The largest file that is read, in octets. */
    public static final int LARGEST = 1 << 20;

    private ConfigurationParser() {}

    /**
     * Reads one YAML document in UTF-8. Total: any octets give settings or problems. A file that is empty, or
     * all comments, gives the defaults.
     *
     * @param sourceName what to call the file in problems
     * @param host reads the keys of the program around the engine
     */
    public static <H> ParsedConfiguration<H> parse(String sourceName, Octets text, HostSettings<H> host) {
        ConfigProblems problems = new ConfigProblems(sourceName);
        Optional<ConfigNode> document = YamlDocument.read(text, problems);
        if (document.isEmpty() && !problems.isEmpty()) {
            return new ParsedConfiguration.Invalid<>(problems.inOrder());
        }
        ConfigSection root = ConfigSection.root(document, problems);
        Configuration engine = Configuration.read(root);
        H hostSettings = host.read(root);
        root.reportUnknown(root);
        return problems.isEmpty()
                ? new ParsedConfiguration.Valid<>(host.adapt(engine), hostSettings, problems.warnings())
                : new ParsedConfiguration.Invalid<>(problems.inOrder());
    }
}
