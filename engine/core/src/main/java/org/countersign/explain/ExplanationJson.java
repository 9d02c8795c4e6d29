package org.countersign.explain;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes an explanation as JSON for programs, and reads it again. */
public final class ExplanationJson {
    // All other characters are escaped: senders choose some of the text, and the output may go to a terminal.
    private static final JsonFactory US_ASCII = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(new DeleteEscaped())
            .build();

    /** The escapes that JSON requires, and DEL (U+007F), which is a control character for a terminal but not for JSON. */
    private static final class DeleteEscaped extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private static final int DEL = 0x7F;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DEL] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            throw new IllegalStateException("no character has an escape of its own");
        }
    }

    private ExplanationJson() {}

    /**
     * Writes one JSON object in US-ASCII, indented, and ends the line.
     *
     * @param out stays open
     * @throws IOException if {@code out} fails
     */
    public static void write(Explanation.Group explanation, PrintStream out) throws IOException {
        try (JsonGenerator json = US_ASCII.createGenerator(out, JsonEncoding.UTF8)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            write((Explanation) explanation, json);
        }
        out.println();
    }

    /** One JSON object in US-ASCII without white space, to be kept. */
    public static byte[] toBytes(Explanation.Group explanation) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (JsonGenerator json = US_ASCII.createGenerator(octets, JsonEncoding.UTF8)) {
            write((Explanation) explanation, json);
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array in memory can always be written", impossible);
        }
        return octets.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} or {@link #write} has written. The tree is equal to the one that was written.
     *
     * @throws IOException if the octets are not such a JSON object
     */
    public static Explanation.Group read(byte[] octets) throws IOException {
        try (JsonParser json = US_ASCII.createParser(octets)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("an explanation begins with an object");
            }
            Explanation.Group group = group(json);
            if (json.nextToken() != null) {
                throw new IOException("there is more than one JSON object");
            }
            return group;
        }
    }

    private static Explanation.Group group(JsonParser json) throws IOException {
        Explanation.Group group = new Explanation.Group();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            group.put(key, value(json));
        }
        return group;
    }

    private static Explanation.Items items(JsonParser json) throws IOException {
        List<Explanation> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(json));
        }
        return new Explanation.Items(items);
    }

    private static Explanation value(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IOException("the JSON object is not complete");
        }
        return switch (token) {
            case START_OBJECT -> group(json);
            case START_ARRAY -> items(json);
            case VALUE_STRING -> new Explanation.Text(json.getText());
            case VALUE_NUMBER_INT -> new Explanation.Count(json.getLongValue());
            case VALUE_TRUE -> new Explanation.Flag(true);
            case VALUE_FALSE -> new Explanation.Flag(false);
            default -> throw new IOException("an explanation has no value of the kind " + token);
        };
    }

    private static void write(Explanation explanation, JsonGenerator json) throws IOException {
        switch (explanation) {
            case Explanation.Text text -> json.writeString(text.text());
            case Explanation.Count count -> json.writeNumber(count.number());
            case Explanation.Flag flag -> json.writeBoolean(flag.value());
            case Explanation.Items list -> {
                json.writeStartArray();
                for (Explanation item : list.items()) {
                    write(item, json);
                }
                json.writeEndArray();
            }
            case Explanation.Group group -> {
                json.writeStartObject();
                for (Map.Entry<String, Explanation> member : group.members().entrySet()) {
                    json.writeFieldName(member.getKey());
                    write(member.getValue(), json);
                }
                json.writeEndObject();
            }
        }
    }
}
