package org.countersign.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BoundedTextProperties {
    @Property
    void aTextWithinTheBoundIsUnchanged(@ForAll String text) {
        assertThat(BoundedText.truncate(text, Math.max(1, text.length()))).isEqualTo(text);
    }

    @Property
    void aLongerTextKeepsItsBeginning(@ForAll String text, @ForAll @IntRange(min = 1, max = 20) int max) {
        String cut = BoundedText.truncate(text + "x".repeat(max + 1), max);
        assertThat(cut).endsWith("...").hasSizeLessThanOrEqualTo(max + 3);
        assertThat(text + "x".repeat(max + 1)).startsWith(cut.substring(0, cut.length() - 3));
    }

    @Example
    void aCharacterOfTwoUnitsIsNotCutInTwo() {
        assertThat(BoundedText.truncate("a\uD83D\uDE00b", 2)).isEqualTo("a...");
        assertThat(BoundedText.truncate("a\uD83D\uDE00b", 3)).isEqualTo("a\uD83D\uDE00...");
    }
}
