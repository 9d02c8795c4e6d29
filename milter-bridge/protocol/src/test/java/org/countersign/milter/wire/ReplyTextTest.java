package org.countersign.milter.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTextTest {
    @Test
    void rendersCodesAndText() {
        assertThat(ReplyText.of(550, "5.7.26", "DMARC says no").render().latin1())
                .isEqualTo("550 5.7.26 DMARC says no");
    }

    @Test
    void doublesPercentSigns() {
        ReplyText text = ReplyText.of(550, "5.7.1", "100% %{i} %%");
        assertThat(text.render().latin1()).isEqualTo("550 5.7.1 100%% %%{i} %%%%");
        assertThat(ReplyText.parse(text.render())).contains(text);
    }

    @Test
    void replacesLineEndsAndUnprintableCharacters() {
        ReplyText text = ReplyText.of(451, "4.7.1", "a\r\n250 ok\0\u001b[1m\u00e9\u202e\tb");
        assertThat(text.lines()).containsExactly("a  250 ok??[1m?? b");
    }

    @Test
    void breaksLongTextAtSpaces() {
        String word = "w".repeat(99) + " ";
        ReplyText text = ReplyText.of(550, "5.7.1", word.repeat(10).strip());
        assertThat(text.lines()).hasSizeGreaterThan(1).allMatch(line -> line.length() <= 480);
        assertThat(String.join(" ", text.lines())).isEqualTo(word.repeat(10).strip());
        assertThat(text.render().latin1()).startsWith("550-5.7.1 w").contains("\r\n550 5.7.1 w");
        assertThat(ReplyText.parse(text.render())).contains(text);
    }

    @Test
    void truncatesTextThatIsLongerThanAllLines() {
        ReplyText text = ReplyText.of(550, "5.7.1", "x".repeat(1_000_000));
        assertThat(text.lines()).hasSize(32).allMatch(line -> line.length() == 480);
    }

    @Test
    void rejectsInvalidOrDifferentCodes() {
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(250, "2.0.0", "ok"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(550, "4.7.1", "classes differ"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(450, "5.7.1", "classes differ"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(600, "6.0.0", "no such class"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(550, "5.7", "two numbers"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(550, "5.7.1234", "four digits"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReplyText.of(550, "", "none"));
    }

    @Test
    void rejectsLinesThatCannotBeSent() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplyText(550, "5.7.1", List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplyText(550, "5.7.1", List.of("a\rb")));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplyText(550, "5.7.1", List.of("x".repeat(481))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "550",
                "550 ",
                "550 5.7.1",
                "550 no code",
                "250 2.0.0 ok",
                "550 4.7.1 classes",
                "550 5.7.1 one % sign",
                "550 5.7.1 line\r\n",
                "550 5.7.1 not the last\r\n550 5.7.1 last",
                "550-5.7.1 the last",
                "550-5.7.1 first\r\n551 5.7.1 another code",
                "550-5.7.1 first\r\n550 5.7.2 another code",
                "550-5.7.1 first\n550 5.7.1 last",
                "550 5.7.1 \u00e9",
                "+50 5.7.1 sign",
                "550 5.7.1 cr\rwithin"
            })
    void rejectsTextThatMailServersDoNotAccept(String text) {
        assertThat(ReplyText.parse(Octets.latin1(text))).isEmpty();
    }

    @Test
    void distinguishesTemporaryFailures() {
        assertThat(ReplyText.of(451, "4.7.1", "later").isTemporary()).isTrue();
        assertThat(ReplyText.of(550, "5.7.1", "never").isTemporary()).isFalse();
    }
}
