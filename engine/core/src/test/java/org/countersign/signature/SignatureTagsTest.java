package org.countersign.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.countersign.canonical.Canonicalization;
import org.countersign.keys.SignatureFailure;
import org.countersign.keys.SignatureProblem;
import org.countersign.smtp.HeaderField;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTagsTest {
    private static SignatureTags parse(String value) {
        return SignatureTags.parse(HeaderField.of("ARC-Message-Signature", value), List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
        b=abc|b=
        b=abc;|b=;
         a=1; b=abc; c=2| a=1; b=; c=2
         b = a b ; c=2| b =; c=2
         bh=b=; b=x; c=b=| bh=b=; b=; c=b=
         z=From:b=3Dx; b=x| z=From:b=3Dx; b=
         i=b@b; xb=b=1;b=y| i=b@b; xb=b=1;b=
         a=1;\tb\t=\tx\t;| a=1;\tb\t=;
         bb=1; b=| bb=1; b=
         B=1| B=1
        """)
    void removesTheSignatureAndNothingElse(String value, String expected) {
        assertThat(parse(value).withoutSignature()).isEqualTo(Octets.utf8("ARC-Message-Signature:" + expected));
    }

    @Test
    void removesTheFoldsAroundTheSignature() {
        assertThat(parse(" a=1;\r\n b=\r\n\tab\r\n\tcd\r\n ; c=2").withoutSignature())
                .isEqualTo(Octets.utf8("ARC-Message-Signature: a=1;\r\n b=; c=2"));
    }

    @Test
    void parsesTheTagsOfAnArcMessageSignature() {
        SignatureTags tags =
                parse(" i=1; a=rsa-sha256; c=relaxed/simple; d=example.org; s=x; h=From : To; b=AA==; l=5");

        assertThat(tags.failure()).isEmpty();
        assertThat(tags.keyName().orElseThrow()).hasToString("x._domainkey.example.org");
        assertThat(tags.headerCanonicalization()).isEqualTo(Canonicalization.RELAXED);
        assertThat(tags.bodyCanonicalization()).isEqualTo(Canonicalization.SIMPLE);
        assertThat(tags.headerNames()).containsExactly("from", "to");
        assertThat(tags.bodyLength()).hasValue(5);
        assertThat(tags.tags().value("i")).contains(Octets.utf8("1"));
    }

    @Test
    void aSingleCanonicalizationIsForTheHeader() {
        assertThat(parse("c=relaxed").headerCanonicalization()).isEqualTo(Canonicalization.RELAXED);
        assertThat(parse("c=relaxed").bodyCanonicalization()).isEqualTo(Canonicalization.SIMPLE);
        assertThat(parse("").headerCanonicalization()).isEqualTo(Canonicalization.SIMPLE);
    }

    @Test
    void namesTheFirstMissingTag() {
        SignatureTags tags = SignatureTags.parse(HeaderField.of("x", "d=example.org"), List.of("d", "a", "s"));

        assertThat(tags.failure()).map(SignatureFailure::detail).contains("a=");
    }

    @Test
    void ofManySyntaxErrorsTheFirstIsReported() {
        assertThat(parse("a" + ";".repeat(10_000)).failure())
                .map(SignatureFailure::problem)
                .contains(SignatureProblem.SYNTAX);
    }
}
