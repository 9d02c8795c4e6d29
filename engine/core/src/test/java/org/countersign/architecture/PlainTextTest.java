package org.countersign.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The length of sentences and the choice of words in documents, Javadoc and comments. */
class PlainTextTest {
    private static final int MAX_WORDS = 30;

    private static final Pattern COMMENT =
            Pattern.compile("/\\*+(.*?)\\*/|((?:^[ \\t]*//[^\\n]*\\n)+)", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern FENCE = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("\\{@\\w+\\s+[^{}]*\\}|`[^`]*`|<[^<>]+>|\\]\\([^)]*\\)");
    private static final Pattern END =
            Pattern.compile("(?<=[.!?:;])\\s+(?=[A-Z(\"X\\d])|\\n\\s*\\n|\\n\\s*(?:[-*|]|\\d+\\.|@\\w+)\\s|\\|");
    private static final Pattern WORD = Pattern.compile("[A-Za-z][\\w'-]*");

    /** Words with a plainer form: lookup, deferred, again, our, in addition to, recorded. */
    private static final Pattern UNWANTED = Pattern.compile(
            "\\b(look-ups?|puts? off|anew|of ours|of yours|on record|stands still|goes by|with open eyes|mends?|mended)\\b",
            Pattern.CASE_INSENSITIVE);

    @Test
    void noSentenceInCommentsHasMoreThanThirtyWords() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : mainJavaFiles()) {
            for (String sentence : sentences(comments(file))) {
                addIfLong(file, sentence, tooLong);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void noSentenceInDocumentsHasMoreThanThirtyWords() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.documents()) {
            for (String sentence :
                    sentences(FENCE.matcher(Files.readString(file)).replaceAll("\n\n"))) {
                addIfLong(file, sentence, tooLong);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void documentsAndCommentsUsePlainWords() throws IOException {
        List<String> unwanted = new ArrayList<>();
        for (Path file : SourceTree.documents()) {
            addUnwanted(file, Files.readString(file), unwanted);
        }
        for (Path file : mainJavaFiles()) {
            addUnwanted(file, Files.readString(file), unwanted);
        }
        assertThat(unwanted).isEmpty();
    }

    private static List<Path> mainJavaFiles() throws IOException {
        return SourceTree.javaFiles().stream()
                .filter(file -> file.toString().contains("/src/main/java"))
                .toList();
    }

    private static String comments(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        Matcher comment = COMMENT.matcher(Files.readString(file));
        while (comment.find()) {
            String found = comment.group(1) == null ? comment.group(2) : comment.group(1);
            text.append(found.replaceAll("(?m)^\\s*(\\*|//) ?", "")).append("\n\n");
        }
        return text.toString();
    }

    /** Bold type is removed, so that it hides no end of a sentence. */
    private static List<String> sentences(String text) {
        return END.splitAsStream(INLINE.matcher(text).replaceAll("X").replace("**", ""))
                .toList();
    }

    private static void addIfLong(Path file, String sentence, List<String> tooLong) {
        long words = WORD.matcher(sentence).results().count();
        if (words > MAX_WORDS) {
            tooLong.add(name(file) + ": " + words + " words: "
                    + sentence.replaceAll("\\s+", " ").strip());
        }
    }

    private static void addUnwanted(Path file, String text, List<String> unwanted) {
        Matcher word = UNWANTED.matcher(text);
        while (word.find()) {
            long line = text.substring(0, word.start()).lines().count();
            unwanted.add(name(file) + ":" + line + ": " + word.group());
        }
    }

    private static String name(Path file) {
        return SourceTree.root().relativize(file).toString();
    }
}
