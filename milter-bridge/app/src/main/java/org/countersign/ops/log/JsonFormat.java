package org.countersign.ops.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.logging.LogRecord;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.BoundedText;

/** Formats each event as a JSON object on one line, with the keys of the other formats. */
record JsonFormat() implements LineFormat {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int HIGHEST_PRINTABLE = 0x7E;
    private static final int MAX_DIGITS = 18;

    // The keys of messages whose values are always numbers. A queue ID may have digits only, and is a text.
    private static final Set<String> NUMBERS = Set.of("recipients", "body-octets", "forged", "dns-questions", "ms");

    @Override
    public String format(LogRecord event, String name, int maxValue) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            // Senders choose some of the text, and the log may be shown on a terminal.
            json.setHighestNonEscapedChar(HIGHEST_PRINTABLE);
            json.writeStartObject();
            json.writeStringField("time", EventFields.time(event));
            json.writeStringField("level", EventFields.level(event));
            json.writeStringField("event", BoundedText.truncate(name, maxValue));
            EventFields.forEachPair(event, (key, value) -> {
                try {
                    write(json, key, value, maxValue);
                } catch (IOException impossible) {
                    throw new UncheckedIOException(impossible);
                }
            });
            json.writeStringField("logger", BoundedText.truncate(String.valueOf(event.getLoggerName()), maxValue));
            String stack = EventFields.stack(event).orElse("");
            if (!stack.isEmpty()) {
                json.writeStringField("stack", BoundedText.truncate(stack, maxValue));
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return line.toString();
    }

    private static void write(JsonGenerator json, String key, Object value, int maxValue) throws IOException {
        String text = String.valueOf(value);
        if (isNumber(key, value, text)) {
            json.writeFieldName(key);
            json.writeNumber(Long.parseLong(text));
        } else {
            json.writeStringField(key, BoundedText.truncate(text, maxValue));
        }
    }

    private static boolean isNumber(String key, Object value, String text) {
        return (NUMBERS.contains(key) || value instanceof Integer || value instanceof Long)
                && !text.isEmpty()
                && text.length() <= MAX_DIGITS
                && text.chars().allMatch(Ascii::isDigit);
    }
}
