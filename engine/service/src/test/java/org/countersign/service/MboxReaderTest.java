package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MboxReaderTest {
    private static final String SEPARATOR = "From a@example.org Mon Nov 23 12:00:00 2026\n";

    private static MboxReader reader(String text, int max) {
        return new MboxReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), max, false);
    }

    private static String text(Optional<MboxReader.Message> message) {
        return new String(message.orElseThrow().content(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aMessageLargerThanTheLimitIsCutAndTheNextOneIsWhole() throws IOException {
        MboxReader reader = reader(SEPARATOR + "x".repeat(200_000) + "\n\n" + SEPARATOR + "y\n\n", 1000);
        MboxReader.Message cut = reader.next().orElseThrow();
        assertThat(cut.whole()).isFalse();
        assertThat(cut.content()).hasSize(1000);
        MboxReader.Message next = reader.next().orElseThrow();
        assertThat(next.whole()).isTrue();
        assertThat(new String(next.content(), StandardCharsets.US_ASCII)).isEqualTo("y\n");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void aMessageOfExactlyTheLimitIsWhole() throws IOException {
        assertThat(reader(SEPARATOR + "abc\n", 4).next().orElseThrow().whole()).isTrue();
        assertThat(reader(SEPARATOR + "abcd\n", 4).next().orElseThrow().whole()).isFalse();
    }

    @Test
    void onlyOneEmptyLineBelongsToTheFile() throws IOException {
        MboxReader reader = reader(SEPARATOR + "a\r\n\r\n\r\n\r\n" + SEPARATOR + "b", 1000);
        assertThat(text(reader.next())).isEqualTo("a\r\n\r\n\r\n");
        assertThat(text(reader.next())).isEqualTo("b");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void aLineThatBeginsWithFromIsASeparatorOnlyAfterAnEmptyLineAndWithADate() throws IOException {
        MboxReader reader = reader(SEPARATOR + "a\n" + SEPARATOR + "b\n\nFrom Monday on\n", 1000);
        assertThat(text(reader.next())).isEqualTo("a\n" + SEPARATOR + "b\n\nFrom Monday on\n");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void aMessageWithoutContentIsAMessage() throws IOException {
        MboxReader reader = reader(SEPARATOR + "\n" + SEPARATOR + "b\n", 1000);
        assertThat(text(reader.next())).isEmpty();
        assertThat(text(reader.next())).isEqualTo("b\n");
        assertThat(reader(SEPARATOR, 1000).next()).isEmpty();
    }
}
