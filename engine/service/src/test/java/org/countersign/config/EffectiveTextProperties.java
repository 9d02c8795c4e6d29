package org.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.countersign.syntax.Octets;

/** Every text that a setting may have is written so that YAML reads it back. */
class EffectiveTextProperties {
    @Property(tries = 300)
    void anyTextIsReadBack(@ForAll String text) {
        Section<String> section = Section.atTopLevel(
                "", keys -> keys.setting("any", "Any text.").value(ValueType.TEXT, none -> "default"));
        FrontEnd frontEnd = FrontEnd.of(section);
        String written = "any: " + ValueType.TEXT.render(text) + "\n";
        if (!text.isEmpty()
                && ConfigurationParser.parse("mx.yaml", Octets.utf8(written), frontEnd)
                        instanceof ParsedConfiguration.Valid valid) {
            assertThat(valid.configuration().extension(section)).isEqualTo(text);
        } else {
            // Half of a surrogate pair is not a character, and has no UTF-8.
            assertThat(text.isEmpty() || text.chars().anyMatch(c -> Character.isSurrogate((char) c)))
                    .as(written)
                    .isTrue();
        }
    }
}
