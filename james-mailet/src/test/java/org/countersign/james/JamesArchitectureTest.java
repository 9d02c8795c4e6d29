package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package of the James module may use which. Read from the imports of the sources. */
class JamesArchitectureTest {
    private static final String ROOT = "org.countersign.james";
    private static final Path SOURCES =
            Path.of(System.getProperty("countersign.root"), "james-mailet/src/main/java/org/countersign/james");

    /** Each package, lowest first, and the packages below it that it may use. */
    private static final Map<String, Set<String>> MAY_USE = mayUse();

    private static Map<String, Set<String>> mayUse() {
        Map<String, Set<String>> map = new LinkedHashMap<>();
        map.put("relay", Set.of());
        map.put("message", Set.of());
        map.put("mail", Set.of("message"));
        map.put("send", Set.of());
        map.put("engine", Set.of("mail", "send"));
        map.put("matcher", Set.of("mail"));
        map.put("hook", Set.of("engine", "mail", "message"));
        map.put("mailet", Set.of("engine", "mail", "message", "relay"));
        map.put("", Set.of("engine", "mail", "matcher", "hook", "mailet"));
        return map;
    }

    /** An import of a source file, by the package that the file is in. */
    private record Import(String from, String name) {
        /** The other package of this module that is used; empty for all other imports. */
        Optional<String> usedPackage() {
            if (!name.startsWith(ROOT + ".")) {
                return Optional.empty();
            }
            String rest = name.substring(ROOT.length() + 1);
            int dot = rest.indexOf('.');
            return Optional.of(dot < 0 ? "" : rest.substring(0, dot)).filter(used -> !used.equals(from));
        }
    }

    private static List<Import> imports() throws IOException {
        List<Import> imports = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String from = SOURCES.relativize(file.getParent()).toString();
                for (String line : Files.readAllLines(file)) {
                    if (line.startsWith("import ")) {
                        String name = line.substring("import ".length(), line.indexOf(';'));
                        imports.add(new Import(from, name.startsWith("static ") ? name.substring(7) : name));
                    }
                }
            }
        }
        return imports;
    }

    @Test
    void dependenciesBetweenPackagesPointOneWay() throws IOException {
        assertThat(imports())
                .isNotEmpty()
                .allSatisfy(each -> each.usedPackage()
                        .ifPresent(to -> assertThat(MAY_USE.get(each.from())).contains(to)));
        List<String> lower = new ArrayList<>();
        MAY_USE.forEach((name, used) -> {
            assertThat(lower).containsAll(used);
            lower.add(name);
        });
    }

    /** The hook is not compiled for James 3.9, so all other classes must do without it. */
    @Test
    void onlyTheHookUsesTheSmtpServerOfJames() throws IOException {
        assertThat(imports())
                .filteredOn(each -> each.name().startsWith("org.apache.james.protocols.")
                        || each.name().startsWith("org.apache.james.smtpserver."))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.from()).isEqualTo("hook"));
    }

    @Test
    void messagesAndRelaysDoNotUseJames() throws IOException {
        assertThat(imports())
                .filteredOn(each -> each.from().equals("message") || each.from().equals("relay"))
                .isNotEmpty()
                .allSatisfy(each ->
                        assertThat(each.name()).doesNotStartWith("org.apache.").doesNotStartWith("javax.mail."));
    }
}
