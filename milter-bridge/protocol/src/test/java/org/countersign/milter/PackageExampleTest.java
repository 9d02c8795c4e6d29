package org.countersign.milter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.countersign.milter.server.MilterServer;
import org.countersign.smtp.HeaderField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the documentation of the package. */
class PackageExampleTest {
    private static final Path DOCUMENTATION = Path.of(
            System.getProperty("countersign.root"),
            "milter-bridge/protocol/src/main/java/org/countersign/milter/package-info.java");

    @TempDir
    Path directory;

    /** The jars or folders of the classes that the example needs. */
    private static String classPath() {
        return Stream.of(MilterServer.class, HeaderField.class)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String example() throws IOException {
        String text = Files.readString(DOCUMENTATION);
        int from = text.indexOf("{@code\n") + "{@code\n".length();
        return text.substring(from, text.indexOf("}</pre>", from))
                .lines()
                .map(line -> line.substring(line.indexOf('*') + 1))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void theExampleCompiles() throws IOException {
        String program = """
                import java.time.Duration;
                import java.util.List;
                import org.countersign.milter.server.*;
                import org.countersign.milter.session.*;
                import org.countersign.milter.wire.*;

                class Example {
                    void run() throws Exception {
                %s
                    }
                }
                """.formatted(example());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return program;
                    }
                };
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-d", directory.toString(), "-classpath", classPath()),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }
}
