package org.countersign.explain;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/** Writes an explanation as JSON for programs. */
public final class ExplanationJson {
    // All other characters are escaped: senders choose some of the text, and the output may go to a terminal.
    private static final JsonFactory US_ASCII =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

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
