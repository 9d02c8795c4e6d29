package org.countersign.config;

import java.util.Optional;
import org.countersign.syntax.Octets;
import org.snakeyaml.engine.v2.nodes.Node;

/** Turns the text of a policy file into settings. */
public final class ConfigurationParser {
    /** The largest file that is read, in octets. */
    public static final int MAX_SIZE = 1 << 20;

    private ConfigurationParser() {}

    /**
     * A file as far as it could be read.
     *
     * @param result what became of the file
     * @param engine what it says about the engine, with a stand-in for everything that is wrong; empty where it is no
     *     YAML. Only for finding what else is wrong, in the files that it names
     */
    public record Reading<H>(ParsedConfiguration<H> result, Optional<Configuration> engine) {}

    /**
     * Reads one YAML document in UTF-8. Total: any octets give settings or problems. A file that is empty, or
     * all comments, gives the defaults.
     *
     * @param sourceName what to call the file in problems
     * @param host reads the keys of the program around the engine
     */
    public static <H> ParsedConfiguration<H> parse(String sourceName, Octets text, HostSettings<H> host) {
        return read(sourceName, text, host).result();
    }

    /** Like {@link #parse}, with what could be read of a file that has problems. */
    public static <H> Reading<H> read(String sourceName, Octets text, HostSettings<H> host) {
        ConfigProblems problems = new ConfigProblems(sourceName);
        Optional<Node> document = YamlDocument.read(text, problems);
        if (document.isEmpty() && !problems.isEmpty()) {
            return new Reading<>(new ParsedConfiguration.Invalid<>(problems.inOrder()), Optional.empty());
        }
        ConfigSection root = ConfigSection.root(document, problems);
        Configuration engine = host.adapt(Configuration.read(root));
        H hostSettings = host.read(root);
        root.reportUnknown(root);
        if (root.keys().isEmpty()) {
            problems.warn(problems.location(1, 1, "")
                    .problem(
                            "holds no settings, so all defaults are in force: nothing is refused and nothing is signed",
                            "look whether it is the right file"));
        }
        ParsedConfiguration<H> result = problems.isEmpty()
                ? new ParsedConfiguration.Valid<>(engine, hostSettings, problems.warnings(), root.keys())
                : new ParsedConfiguration.Invalid<>(problems.inOrder());
        return new Reading<>(result, Optional.of(engine));
    }
}
