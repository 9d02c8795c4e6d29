package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.crypto.RsaEngine;
import org.junit.jupiter.api.Test;

class RsaSelectionTest {
    private static String selected(String property) {
        String before = System.getProperty(RsaSelection.PROPERTY, "");
        try {
            System.setProperty(RsaSelection.PROPERTY, property);
            return RsaSelection.bySystemProperty().provider();
        } finally {
            System.setProperty(RsaSelection.PROPERTY, before);
        }
    }

    @Test
    void thePropertySelectsTheRuntimeOrTheFastestEngine() {
        assertThat(selected("runtime")).isEqualTo("SunJCE");
        assertThat(selected("fastest")).isEqualTo(RsaEngine.best().provider());
        assertThat(selected("")).isEqualTo(RsaEngine.best().provider());
    }

    @Test
    void theLogNamesTheProviderOfEachPrimitive() {
        assertThat(RsaSelection.describe(RsaEngine.jca()))
                .isEqualTo("RSA by SunJCE, Ed25519 by Bouncy Castle, SHA-256 by SUN");
    }
}
