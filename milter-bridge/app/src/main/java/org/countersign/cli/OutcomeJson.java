package org.countersign.cli;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/** An outcome for programs: one JSON object in US-ASCII. */
final class OutcomeJson {
    private OutcomeJson() {}

    static void write(Evidence.Group tree, PrintStream out) throws IOException {
        // What came from outside is escaped as far as it is not US-ASCII, so that a terminal may be shown it, too.
        try (JsonGenerator json = JsonFactory.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .createGenerator(out, JsonEncoding.UTF8)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            write((Evidence) tree, json);
        }
        out.println();
    }

    private static void write(Evidence evidence, JsonGenerator json) throws IOException {
        switch (evidence) {
            case Evidence.Text text -> json.writeString(text.text());
            case Evidence.Count count -> json.writeNumber(count.number());
            case Evidence.Flag flag -> json.writeBoolean(flag.value());
            case Evidence.Items list -> {
                json.writeStartArray();
                for (Evidence item : list.items()) {
                    write(item, json);
                }
                json.writeEndArray();
            }
            case Evidence.Group group -> {
                json.writeStartObject();
                for (Map.Entry<String, Evidence> member : group.members().entrySet()) {
                    json.writeFieldName(member.getKey());
                    write(member.getValue(), json);
                }
                json.writeEndObject();
            }
        }
    }
}
