package org.countersign.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A public top-level type needs a user outside its package, in the main code of any module. The test reads the
 * sources of all modules, because the users of the engine are in other modules.
 */
class PublicTypesTest {
    /** Types that are used from outside the project, and by whom. */
    private static final Map<String, String> ENTRY_POINTS = Map.of(
            "org.countersign.cli.Main", "the launcher starts it",
            "org.countersign.kafka.KafkaBroker", "a provider file names it",
            "org.countersign.packaging.PackageTree", "the build of the packages starts it",
            "org.countersign.facade.Countersign", "programs that use the engine as a library call it",
            "org.countersign.james.AuthenticateMail", "mailetcontainer.xml of James names it",
            "org.countersign.james.AuthenticationHook", "smtpserver.xml of James names it",
            "org.countersign.james.SignOutbound", "mailetcontainer.xml of James names it",
            "org.countersign.james.AuthorDomainIs", "mailetcontainer.xml of James names it",
            "org.countersign.james.DmarcResultIs", "mailetcontainer.xml of James names it",
            "org.countersign.james.VerdictIs", "mailetcontainer.xml of James names it");

    /** The test vectors are a library for the tests of every module. */
    private static final String TEST_VECTORS = "org.countersign.vectors";

    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern QUALIFIED_NAME = Pattern.compile("org\\.countersign(?:\\.[a-z]\\w*)*\\.[A-Z]\\w*");
    private static final Pattern PUBLIC_DECLARATION = Pattern.compile("\\bpublic [^;{=]*");
    private static final Pattern WORD = Pattern.compile("\\w+");

    private static List<Source> sources = List.of();
    private static Set<String> namedByTemplates = Set.of();

    /** One file of main code, without its comments. */
    private record Source(String packageName, String type, String code) {
        static Source read(Path file) throws IOException {
            String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
            Matcher found = PACKAGE.matcher(code);
            assertThat(found.find()).as("the package of %s", file).isTrue();
            String name = file.getFileName().toString();
            return new Source(found.group(1), name.substring(0, name.length() - ".java".length()), code);
        }

        String qualifiedName() {
            return packageName + "." + type;
        }

        boolean isPublic() {
            return declares("class|interface|record|enum|@interface");
        }

        /** The types of other packages that this file imports or names in full. */
        Set<String> namedTypes() {
            return QUALIFIED_NAME
                    .matcher(code)
                    .results()
                    .map(MatchResult::group)
                    .filter(name -> !name.substring(0, name.lastIndexOf('.')).equals(packageName))
                    .collect(Collectors.toSet());
        }

        /** The words of what its users see. The members of an interface are public without the modifier. */
        Set<String> publicWords() {
            Set<String> words = new HashSet<>();
            if (declares("interface|@interface")) {
                addWords(code, words);
            } else {
                PUBLIC_DECLARATION.matcher(code).results().forEach(found -> addWords(found.group(), words));
            }
            return words;
        }

        private boolean declares(String kinds) {
            return Pattern.compile("^public (?:[\\w-]+ )*(?:" + kinds + ") " + type + "\\b", Pattern.MULTILINE)
                    .matcher(code)
                    .find();
        }

        private static void addWords(String text, Set<String> words) {
            WORD.matcher(text).results().map(MatchResult::group).forEach(words::add);
        }
    }

    @BeforeAll
    static void readSources() throws IOException {
        List<Source> read = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            if (file.toString().contains("/src/main/java/") && !file.toString().endsWith("-info.java")) {
                read.add(Source.read(file));
            }
        }
        sources = List.copyOf(read);
        Set<String> named = new HashSet<>();
        for (Path template : SourceTree.templates()) {
            QUALIFIED_NAME.matcher(Files.readString(template)).results().forEach(found -> named.add(found.group()));
        }
        namedByTemplates = Set.copyOf(named);
    }

    @Test
    void theModulesAreRead() {
        assertThat(sources).hasSizeGreaterThan(400);
    }

    @Test
    void everyPublicTypeHasAUserOutsideItsPackage() {
        Set<String> used = usedTypes();
        Set<String> unused = new TreeSet<>();
        for (Source each : sources) {
            if (each.isPublic()
                    && !each.packageName().startsWith(TEST_VECTORS)
                    && !used.contains(each.qualifiedName())) {
                unused.add(each.qualifiedName());
            }
        }
        assertThat(unused)
                .as("public types without a user outside their package")
                .isEmpty();
    }

    @Test
    void everyEntryPointIsAPublicType() {
        assertThat(ENTRY_POINTS.keySet())
                .allMatch(name -> sources.stream()
                        .anyMatch(
                                each -> each.isPublic() && each.qualifiedName().equals(name)));
    }

    private static Set<String> namedByOtherPackages() {
        return sources.stream().flatMap(each -> each.namedTypes().stream()).collect(Collectors.toSet());
    }

    /** The types that other packages and the templates of pages name, the entry points, and what stands in the public signatures of these. */
    private static Set<String> usedTypes() {
        Set<String> used = new HashSet<>(namedByOtherPackages());
        used.addAll(namedByTemplates);
        used.addAll(ENTRY_POINTS.keySet());
        Set<String> visited = new HashSet<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Source each : sources) {
                if (used.contains(each.qualifiedName()) && visited.add(each.qualifiedName())) {
                    each.publicWords().forEach(word -> used.add(each.packageName() + "." + word));
                    grows = true;
                }
            }
        }
        return used;
    }
}
