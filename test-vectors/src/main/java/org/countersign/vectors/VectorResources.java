package org.countersign.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * The files of this package. A folder inside a jar cannot be listed, so an index names the files. A test compares the
 * index with the files.
 */
final class VectorResources {
    static final String INDEX = "index.txt";

    private VectorResources() {}

    /** The resources below a folder, such as {@code spf/}, in the order of the index. */
    static List<String> below(String folder) {
        return new String(octets(INDEX), StandardCharsets.UTF_8)
                .lines()
                .filter(name -> name.startsWith(folder))
                .toList();
    }

    static byte[] octets(String name) {
        try (InputStream stream = VectorResources.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new MalformedVectorException(name, "", "no such file");
            }
            return stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name, unreadable);
        }
    }

    static @Nullable Object yaml(String name) {
        return yaml(name, new String(octets(name), StandardCharsets.UTF_8));
    }

    static @Nullable Object yaml(String name, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setSchema(new FailsafeSchema())
                // A key without a value holds the empty text.
                .setTagConstructors(Map.of(Tag.NULL, absent -> ""))
                .setAllowDuplicateKeys(false)
                .build();
        try {
            return new Load(settings).loadFromString(text);
        } catch (YamlEngineException unreadable) {
            throw new MalformedVectorException(name, "", "is not one YAML document: " + unreadable.getMessage());
        }
    }
}
