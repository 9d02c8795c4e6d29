package org.countersign.explain;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/** An outcome for programs: one JSON object in US-ASCII. */
public final class ExplanationJson {
    private ExplanationJson() {}

    public static void write(Explanation.Group tree, PrintStream out) throws IOException {
        // What came from outside is escaped as far as it is not US-ASCII, so that a terminal may be shown it, too.
        try (JsonGenerator json = JsonFactory.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .createGenerator(out, JsonEncoding.UTF8)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            write((Explanation) tree, json);
        }
        out.println();
    }

    private static void write(Explanation evidence, JsonGenerator json) throws IOException {
        switch (evidence) {
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
