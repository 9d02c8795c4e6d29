package org.countersign.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.countersign.syntax.Octets;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/**
 * Reads the subset of YAML 1.2 that a policy file needs: one document of mappings, lists and scalars. No
 * anchors, aliases or tags: they hide what a setting is, and an alias is how a small file becomes a huge one.
 * Works on parser events, so that a document nested too deep is given up before anything recurses into it.
 */
final class YamlDocument {
    private static final int DEEPEST = 16;

    private final ConfigProblems problems;
    private final Iterator<Event> events;

    private YamlDocument(ConfigProblems problems, Iterator<Event> events) {
        this.problems = problems;
        this.events = events;
    }

    /** The root of the document; empty where there is none, or where the problems say why not. */
    static Optional<ConfigNode> read(Octets octets, ConfigProblems problems) {
        if (octets.length() > ConfigurationParser.MAX_SIZE) {
            problems.add(problems.location(1, 1, "")
                    .problem("is larger than " + Units.renderSize(ConfigurationParser.MAX_SIZE)));
            return Optional.empty();
        }
        Optional<String> text = decode(octets, problems);
        return text.isEmpty() ? Optional.empty() : parse(text.get(), problems);
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
            problems.add(placed(problems, text, text.length()).problem("is not UTF-8 from here on"));
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    /** The place of a character, by counting the line ends before it. */
    private static ConfigLocation placed(ConfigProblems problems, String text, int index) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < index; i++) {
            boolean lineEnd = text.charAt(i) == '\n';
            line += lineEnd ? 1 : 0;
            column = lineEnd ? 1 : column + 1;
        }
        return problems.location(line, column, "");
    }

    // Catches what the YAML library may throw for hostile text, which is not all of one family
    // (a version number too long for an int, for one): the text is no YAML, whatever the reason.
    private static Optional<ConfigNode> parse(String text, ConfigProblems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(ConfigurationParser.MAX_SIZE)
                .build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new YamlDocument(problems, events).document();
        } catch (TooDeep tooDeep) {
            problems.add(tooDeep.location.problem("is nested too deep"));
        } catch (MarkedYamlEngineException unreadable) {
            problems.add(YamlProblems.of(place(problems, unreadable.getProblemMark(), ""), unreadable));
        } catch (ReaderException unreadable) {
            int index = text.offsetByCodePoints(
                    0, Math.clamp(unreadable.getPosition(), 0, text.codePointCount(0, text.length())));
            problems.add(YamlProblems.badCharacter(placed(problems, text, index)));
        } catch (RuntimeException unreadable) {
            problems.add(YamlProblems.unknown(problems.location(1, 1, "")));
        }
        return Optional.empty();
    }

    private static ConfigLocation place(ConfigProblems problems, Optional<Mark> mark, String path) {
        return problems.location(
                mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, path);
    }

    private Optional<ConfigNode> document() {
        Optional<ConfigNode> root = Optional.empty();
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case Scalar, Alias, SequenceStart, MappingStart -> {
                    if (root.isPresent()) {
                        problems.add(place(problems, event.getStartMark(), "")
                                .problem("a second document", "keep one document in a file"));
                        return root;
                    }
                    root = Optional.of(node(event, "", 0));
                }
                case Comment, DocumentEnd, DocumentStart, MappingEnd, SequenceEnd, StreamEnd, StreamStart -> {}
            }
        }
        return root;
    }

    private ConfigNode node(Event event, String path, int depth) {
        ConfigLocation location = place(problems, event.getStartMark(), path);
        if (depth > DEEPEST) {
            throw new TooDeep(location);
        }
        if (event instanceof AliasEvent) {
            problems.add(location.problem("aliases (*name) are not supported", "write the value out"));
            return new ConfigNode.Refused(location.line(), location.column());
        }
        if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
            problems.add(location.problem("anchors (&name) are not supported", "write the value out"));
        }
        return switch (event) {
            case ScalarEvent scalar -> scalar(scalar, location);
            case CollectionStartEvent start -> {
                refuseTag(start.getTag(), location);
                yield event.getEventId() == Event.ID.SequenceStart
                        ? sequence(location, depth)
                        : mapping(location, depth);
            }
            default -> throw new IllegalStateException("no node begins with " + event.getEventId());
        };
    }

    private void refuseTag(Optional<String> tag, ConfigLocation location) {
        if (tag.isPresent()) {
            problems.add(location.problem("tags (!name) are not supported", "leave the tag out"));
        }
    }

    private ConfigNode scalar(ScalarEvent scalar, ConfigLocation location) {
        refuseTag(scalar.getTag(), location);
        return new ConfigNode.Scalar(scalar.getValue(), scalar.isPlain(), location.line(), location.column());
    }

    private ConfigNode sequence(ConfigLocation location, int depth) {
        List<ConfigNode> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, location.path() + "[" + items.size() + "]", depth + 1));
        }
        return new ConfigNode.Sequence(List.copyOf(items), location.line(), location.column());
    }

    private ConfigNode mapping(ConfigLocation location, int depth) {
        Map<String, ConfigNode.Entry> entries = new LinkedHashMap<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            ConfigNode key = node(next, location.path(), depth + 1);
            if (!(key instanceof ConfigNode.Scalar name)) {
                problems.add(problems.location(key.line(), key.column(), location.path())
                        .problem("a key must be a single word"));
                node(events.next(), location.path(), depth + 1);
                continue;
            }
            String path = ConfigSection.join(location.path(), name.text());
            ConfigNode value = node(events.next(), path, depth + 1);
            ConfigNode.Entry entry = new ConfigNode.Entry(name.text(), key.line(), key.column(), value);
            ConfigNode.Entry earlier = entries.putIfAbsent(name.text(), entry);
            if (earlier != null) {
                problems.add(problems.location(key.line(), key.column(), path)
                        .problem("is given twice, first in line " + earlier.line(), "keep one of the two"));
            }
        }
        return new ConfigNode.Mapping(List.copyOf(entries.values()), location.line(), location.column());
    }

    /** Unwinds to {@link #parse} when a document is nested beyond what any policy file needs. */
    private static final class TooDeep extends RuntimeException {
        private final transient ConfigLocation location;

        TooDeep(ConfigLocation location) {
            super("too deep", null, false, false);
            this.location = location;
        }
    }
}
