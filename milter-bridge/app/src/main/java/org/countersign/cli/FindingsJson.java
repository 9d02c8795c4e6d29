package org.countersign.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import org.countersign.ops.ServiceCheck;
import org.countersign.service.check.Finding;
import org.countersign.service.check.Findings;
import org.countersign.syntax.Ascii;

/** Writes the findings of a check as one JSON object. */
final class FindingsJson {
    private FindingsJson() {}

    static void write(Findings findings, ServiceCheck.Scope scope, PrintStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("errors", findings.count(Finding.Level.ERROR));
            json.writeNumberField("warnings", findings.count(Finding.Level.WARNING));
            json.writeNumberField("rules", scope.rules());
            json.writeNumberField("keys", scope.keys());
            json.writeNumberField("listeners", scope.listeners());
            json.writeArrayFieldStart("findings");
            for (Finding finding : findings.inOrder()) {
                json.writeStartObject();
                json.writeStringField("level", Ascii.lower(finding.level().name()));
                json.writeStringField("text", finding.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }
}
