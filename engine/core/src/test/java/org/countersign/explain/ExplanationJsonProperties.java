package org.countersign.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What is written as JSON is read as the same tree. */
class ExplanationJsonProperties {
    @Provide
    Arbitrary<Explanation.Group> trees() {
        return groups(3);
    }

    private static Arbitrary<Explanation.Group> groups(int depth) {
        return Arbitraries.lazy(() -> Arbitraries.strings()
                .ofMaxLength(8)
                .flatMap(key -> values(depth).map(value -> Tuple.of(key, value)))
                .list()
                .ofMaxSize(4)
                .map(members -> {
                    Explanation.Group group = new Explanation.Group();
                    members.forEach(member -> group.put(member.get1(), member.get2()));
                    return group;
                }));
    }

    private static Arbitrary<Explanation> values(int depth) {
        Arbitrary<Explanation> plain = Arbitraries.oneOf(
                Arbitraries.strings().map(Explanation.Text::new),
                Arbitraries.longs().map(Explanation.Count::new),
                Arbitraries.of(true, false).map(Explanation.Flag::new));
        return depth == 0
                ? plain
                : Arbitraries.oneOf(
                        plain,
                        Arbitraries.lazy(
                                () -> values(depth - 1).list().ofMaxSize(4).map(Explanation.Items::new)),
                        groups(depth - 1).map(Explanation.class::cast));
    }

    /** The compact text of a tree shows all that it holds. */
    private static String compact(Explanation.Group tree) {
        return new String(ExplanationJson.toBytes(tree), StandardCharsets.UTF_8);
    }

    private static Explanation.Group read(String text) throws IOException {
        return ExplanationJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void bothFormsAreReadAsTheSameTree(@ForAll("trees") Explanation.Group tree) throws IOException {
        String compact = compact(tree);
        assertThat(compact(read(compact))).isEqualTo(compact);
        assertThat(compact).matches("[\\x20-\\x7E]*");
        ByteArrayOutputStream indented = new ByteArrayOutputStream();
        ExplanationJson.write(tree, new PrintStream(indented, true, StandardCharsets.UTF_8));
        assertThat(compact(ExplanationJson.read(indented.toByteArray()))).isEqualTo(compact);
    }

    @Example
    void controlCharactersOfTerminalsAreEscapedInKeysAndTexts() throws IOException {
        Explanation.Group tree = new Explanation.Group().text("key\u007F", "\u0000\u001B\u007F\u009B");
        assertThat(compact(tree)).isEqualTo("{\"key\\u007F\":\"\\u0000\\u001B\\u007F\\u009B\"}");
    }

    @Example
    void eachKindOfValueIsReadAsItself() throws IOException {
        assertThat(read("{\"a\":\"x\",\"b\":-7,\"c\":true,\"d\":[1,[\"y\"]]}").members())
                .containsEntry("a", new Explanation.Text("x"))
                .containsEntry("b", new Explanation.Count(-7))
                .containsEntry("c", new Explanation.Flag(true))
                .containsEntry(
                        "d",
                        new Explanation.Items(List.of(
                                new Explanation.Count(1), new Explanation.Items(List.of(new Explanation.Text("y"))))));
    }

    /** Every text ends in a tree or in an exception that callers expect, also a damaged one. */
    @Property(tries = 500)
    void otherTextIsRefused(@ForAll("trees") Explanation.Group tree, @ForAll int position, @ForAll char other)
            throws IOException {
        StringBuilder damaged = new StringBuilder(compact(tree));
        damaged.setCharAt(Math.floorMod(position, damaged.length()), other);
        try {
            compact(read(damaged.toString()));
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @Example
    void valuesThatNoExplanationHasAreRefused() {
        for (String text : List.of(
                "",
                "7",
                "[]",
                "{} {}",
                "{\"a\":null}",
                "{\"a\":1.5}",
                "{\"a\":99999999999999999999}",
                "{\"a\":",
                "{\"a\":" + "[".repeat(100_000))) {
            assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
        }
    }
}
