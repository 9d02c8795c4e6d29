package org.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import org.countersign.domain.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TsigKeyTest {
    @Test
    void isReadAsTsigKeygenWritesIt() {
        assertThat(TsigKey.parse("""
                # made today
                key "rotate.example.org" {
                	algorithm hmac-sha256;
                	secret "c2VjcmV0";
                };
                """))
                .contains(new TsigKey(DomainName.of("rotate.example.org"), "hmac-sha256", "c2VjcmV0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key",
                "key a { algorithm hmac-md5; secret \"c2VjcmV0\"; };",
                "key a { algorithm hmac-sha256; secret \"!!!!\"; };",
                "key a { algorithm hmac-sha256; };"
            })
    void anythingElseIsNone(String text) {
        assertThat(TsigKey.parse(text)).isEmpty();
    }

    @Test
    void itsSecretIsNotShown() {
        assertThat(new TsigKey(DomainName.of("a"), "hmac-sha256", "c2VjcmV0")).hasToString("a (hmac-sha256)");
    }
}
