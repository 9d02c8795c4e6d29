package org.countersign.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.countersign.syntax.Octets;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads the subset of YAML 1.2 that a policy file needs: one document of mappings, lists and scalars, without anchors,
 * aliases and tags, which hide the value of a setting. SnakeYAML Engine composes the tree, whose nodes have line and
 * column; no object is constructed from what the file says.
 */
final class YamlDocument {
    private static final int MAX_DEPTH = 16;

    private final ConfigProblems problems;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private YamlDocument(ConfigProblems problems) {
        this.problems = problems;
    }

    /**
     * Reads the text of a file.
     *
     * @return the root of the document; empty where there is none, or where the problems say why not
     */
    static Optional<Node> read(Octets octets, ConfigProblems problems) {
        if (octets.length() > ConfigurationParser.MAX_SIZE) {
            problems.add(problems.location(1, 1, "")
                    .problem("is larger than " + Units.renderSize(ConfigurationParser.MAX_SIZE)));
            return Optional.empty();
        }
        return decode(octets, problems).flatMap(text -> compose(text, problems));
    }

    private static Optional<String> decode(Octets octets, ConfigProblems problems) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(octets.toByteArray());
        CharBuffer out = CharBuffer.allocate(octets.length());
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            problems.add(location(problems, text, text.length())
                    .problem("is not UTF-8 from here on", "save the file in this encoding"));
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    /** The location of a character, found by counting the line ends before it. */
    private static ConfigLocation location(ConfigProblems problems, String text, int index) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < index; i++) {
            boolean lineEnd = text.charAt(i) == '\n';
            line += lineEnd ? 1 : 0;
            column = lineEnd ? 1 : column + 1;
        }
        return problems.location(line, column, "");
    }

    // The YAML library throws exceptions of several families for malformed text, for example a NumberFormatException
    // for a YAML version number that does not fit an int.
    private static Optional<Node> compose(String text, ConfigProblems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(ConfigurationParser.MAX_SIZE)
                .setAllowNonScalarKeys(true)
                .build();
        try {
            BoundedComposer composer = new BoundedComposer(settings, text);
            Optional<Node> root = composer.hasNext() ? Optional.of(composer.next()) : Optional.empty();
            root.ifPresent(node -> new YamlDocument(problems).check(node, "", problems.location(node, "")));
            if (composer.hasNext()) {
                problems.add(problems.location(composer.next(), "")
                        .problem("a second document", "keep one document in a file"));
            }
            return root;
        } catch (TooDeep tooDeep) {
            ConfigLocation location = problems.location(tooDeep.mark, "");
            problems.add(location.problem("is nested too deep at column " + location.column()));
        } catch (MarkedYamlEngineException unreadable) {
            problems.add(YamlProblems.of(problems.location(unreadable.getProblemMark(), ""), unreadable));
        } catch (ReaderException unreadable) {
            int index = text.offsetByCodePoints(
                    0, Math.clamp(unreadable.getPosition(), 0, text.codePointCount(0, text.length())));
            problems.add(YamlProblems.badCharacter(location(problems, text, index)));
        } catch (RuntimeException unreadable) {
            problems.add(YamlProblems.unknown(problems.location(1, 1, "")));
        }
        return Optional.empty();
    }

    /**
     * Reports what the subset leaves out, here and below.
     *
     * @param location of the node, or for a value of a mapping the location of its key: an alias has none of its own
     */
    private void check(Node node, String path, ConfigLocation location) {
        if (!seen.add(node)) {
            problems.add(location.problem("aliases (*name) are not supported", "write the value out"));
            problems.refuse(node);
            return;
        }
        ConfigLocation own = problems.location(node, path);
        if (node.getAnchor().isPresent()) {
            problems.add(own.problem("anchors (&name) are not supported", "write the value out"));
        }
        // The library resolves the tag of a node that has none.
        if (!node.isResolved()) {
            problems.add(own.problem("tags (!name) are not supported", "leave the tag out"));
        }
        switch (node) {
            case MappingNode mapping -> checkKeys(mapping.getValue(), path);
            case SequenceNode list -> {
                for (int i = 0; i < list.getValue().size(); i++) {
                    check(list.getValue().get(i), path + "[" + i + "]", own);
                }
            }
            default -> {
                // A scalar has nothing below it.
            }
        }
    }

    private void checkKeys(List<NodeTuple> entries, String path) {
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple entry : entries) {
            ConfigLocation keyLocation = problems.location(entry.getKeyNode(), path);
            check(entry.getKeyNode(), path, keyLocation);
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(keyLocation.problem("a key must be a single word"));
                continue;
            }
            String keyPath = SectionReader.join(path, key.getValue());
            ConfigLocation location = problems.location(key, keyPath);
            Integer earlier = lines.putIfAbsent(key.getValue(), location.line());
            if (earlier != null) {
                problems.add(location.problem("is given twice, first in line " + earlier, "keep one of the two"));
            }
            check(entry.getValueNode(), keyPath, location);
        }
    }

    /** Ends the reading of a document that is nested deeper than any policy file, before anything recurses into it. */
    private static final class TooDeep extends RuntimeException {
        private final transient Optional<Mark> mark;

        TooDeep(Optional<Mark> mark) {
            super("too deep", null, false, false);
            this.mark = mark;
        }
    }

    /** A composer with a bound on the depth of a document, since the library has none. */
    private static final class BoundedComposer extends Composer {
        private int depth;

        BoundedComposer(LoadSettings settings, String text) {
            super(settings, new ParserImpl(settings, new StreamReader(settings, text)));
        }

        @Override
        protected SequenceNode composeSequenceNode(Optional<Anchor> anchor) {
            enter();
            SequenceNode node = super.composeSequenceNode(anchor);
            depth--;
            return node;
        }

        @Override
        protected Node composeMappingNode(Optional<Anchor> anchor) {
            enter();
            Node node = super.composeMappingNode(anchor);
            depth--;
            return node;
        }

        private void enter() {
            if (depth > MAX_DEPTH) {
                throw new TooDeep(parser.peekEvent().getStartMark());
            }
            depth++;
        }
    }
}
