package org.countersign.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Checks every source file against palantir-java-format. This is a test and not a Maven plugin, because the formatter
 * needs the JDK of the tests. A plugin would run on the JDK that Maven was started with.
 */
class FormatTest {
    private static final JavaFormatterOptions STYLE = JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build();

    @Test
    void everySourceFileIsAsTheFormatterWritesIt() throws IOException, FormatterException {
        boolean apply = Boolean.getBoolean("format.apply");
        Formatter formatter = Formatter.createFormatter(STYLE);
        List<Path> others = new ArrayList<>();
        List<Path> files = SourceTree.javaFiles();
        for (Path file : files) {
            String source = Files.readString(file);
            String formatted = formatter.formatSource(
                    RemoveUnusedImports.removeUnusedImports(ImportOrderer.reorderImports(source, STYLE.style())));
            if (!formatted.equals(source)) {
                if (apply) {
                    Files.writeString(file, formatted);
                } else {
                    others.add(SourceTree.root().relativize(file));
                }
            }
        }
        assertThat(files).hasSizeGreaterThan(20);
        assertThat(others)
                .as("not formatted; fix it with: mvn -q -pl engine/core -am test -Dtest=FormatTest -Dformat.apply=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .isEmpty();
    }
}
