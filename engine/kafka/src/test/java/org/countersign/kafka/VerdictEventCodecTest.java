package org.countersign.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.countersign.reports.collect.VerdictEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data of events. */
class VerdictEventCodecTest {
    @Test
    void eventsAreReadAsTheyWereWritten() throws IOException {
        for (int number = 0; number < 30; number++) {
            VerdictEvent event = Events.event(number);
            assertThat(VerdictEventCodec.decode(VerdictEventCodec.encode(event)))
                    .isEqualTo(event);
        }
        assertThat(VerdictEventCodec.decode(VerdictEventCodec.encode(Events.uncounted())))
                .isEqualTo(Events.uncounted());
    }

    @Test
    void dataAreOneJsonObjectInAscii() {
        assertThat(new String(VerdictEventCodec.encode(Events.event(1)), StandardCharsets.US_ASCII))
                .startsWith("{\"time\":\"2026-11-28T12:00:00.001Z\",\"queue_id\":\"4Q1\",\"dmarc\":\"pass\","
                        + "\"verdict\":\"accept\",\"rule\":\"default\",\"day\":20785,\"trigger\":true,"
                        + "\"policy\":{\"domain\":\"d1.example\",\"method\":\"treewalk\",")
                .endsWith("\\nspf fail \\u00FCber.d1.example\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"time\":\"now\",\"queue_id\":\"\",\"dmarc\":\"\",\"verdict\":\"\",\"rule\":\"\"}",
                "{\"time\":\"2026-11-28T12:00:00Z\",\"queue_id\":\"\",\"dmarc\":\"\",\"verdict\":1,\"rule\":\"\"}",
                "{\"time\":\"2026-11-28T12:00:00Z\",\"queue_id\":\"\",\"dmarc\":\"\",\"verdict\":\"\"}",
                "{\"time\":\"2026-11-28T12:00:00Z\",\"queue_id\":\"\\u0000\",\"dmarc\":\"\",\"verdict\":\"\",\"rule\":\"\"}",
                "{\"time\":\"2026-11-28T12:00:00Z\",\"queue_id\":\"\",\"dmarc\":\"\",\"verdict\":\"\",\"rule\":\"\",\"day\":-1,\"policy\":{}}"
            })
    void otherDataAreRefused(String json) {
        assertThatThrownBy(() -> VerdictEventCodec.decode(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
