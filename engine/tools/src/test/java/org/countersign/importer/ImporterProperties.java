package org.countersign.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.service.FileFailure;
import org.countersign.syntax.Octets;

/** Any text as a configuration gives a policy that can be read, or a failure with lines. */
class ImporterProperties {
    private static final List<String> WORDS = List.of(
            "Domain",
            "Selector",
            "KeyFile",
            "KeyTable",
            "SigningTable",
            "InternalHosts",
            "MTA",
            "Mode",
            "On-Default",
            "Socket",
            "OmitHeaders",
            "SignHeaders",
            "AuthservID",
            "Include",
            "a.example",
            "*",
            "refile:/x",
            "csl:a=b,c",
            "%",
            "::1",
            "10.0.0.0/8",
            "!10.1.0.0/16",
            "0",
            "yes",
            " ",
            "\t",
            "\n",
            "#",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            "=",
            ";",
            "\"",
            "'",
            "domain",
            "selectors",
            "path",
            "use_redis",
            "true",
            "$domain",
            ".include",
            "\\",
            "\u0000",
            "é");

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(WORDS).list().ofMaxSize(40).map(words -> String.join("", words));
    }

    private interface Import {
        ImportResult run(Path file, ImportRequest request) throws FileFailure;
    }

    @Property(tries = 300)
    void opendkim(@ForAll("texts") String text) throws IOException {
        check(text, (file, request) -> Importer.opendkim(file, Optional.empty(), request));
    }

    @Property(tries = 300)
    void opendmarc(@ForAll("texts") String text) throws IOException {
        check(text, Importer::opendmarc);
    }

    @Property(tries = 300)
    void rspamd(@ForAll("texts") String text) throws IOException {
        check(text, (file, request) -> Importer.rspamd(file, Optional.empty(), List.of(), request));
    }

    private static void check(String text, Import run) throws IOException {
        Path directory = Files.createTempDirectory("import");
        Path file = directory.resolve("x.conf");
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
            ImportRequest request = new ImportRequest(
                    Optional.of(directory),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    name -> List.of(),
                    true,
                    false);
            ImportResult result = run.run(file, request);
            // The settings of a front end are not known here.
            String policy = result.policy().replaceAll("(?m)^listen:.*\n", "");
            assertThat(ConfigurationParser.parse("x.yaml", Octets.utf8(policy), FrontEnd.NONE))
                    .describedAs(policy)
                    .isInstanceOf(ParsedConfiguration.Valid.class);
        } catch (FileFailure refused) {
            assertThat(refused.lines()).isNotEmpty().noneMatch(String::isBlank);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }
}
