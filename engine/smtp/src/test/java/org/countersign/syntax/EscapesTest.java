package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EscapesTest {
    @Test
    void onlyWhatATerminalObeysIsReplaced() {
        assertThat(Escapes.withoutControls("/home/m\u00fcller/\u90ae\u4ef6 \\x.eml: missing"))
                .isEqualTo("/home/m\u00fcller/\u90ae\u4ef6 \\x.eml: missing");
        assertThat(Escapes.withoutControls("a\u001b[31m\r\n\u009b\u202eb"))
                .isEqualTo("a\\x1b[31m\\x0d\\x0a\\x9b\\u202eb");
    }
}
