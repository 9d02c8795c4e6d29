package org.countersign.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.config.ConfigurationParser;
import org.countersign.config.FrontEnd;
import org.countersign.config.ParsedConfiguration;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {
    private static final Path POLICY = Path.of("/etc/countersign/countersign.yaml");

    private static StoreLocation location(String policy) {
        return ((ParsedConfiguration.Valid) parse(policy))
                .configuration()
                .extension(StoreSettings.SECTION)
                .location(POLICY);
    }

    private static List<String> problems(String policy) {
        return ((ParsedConfiguration.Invalid) parse(policy))
                .problems().stream().map(Object::toString).toList();
    }

    private static ParsedConfiguration parse(String policy) {
        return ConfigurationParser.parse("c.yaml", Octets.utf8(policy), FrontEnd.of(StoreSettings.SECTION));
    }

    @Test
    void withoutSettingsItIsTheFileOfThePackage() {
        assertThat(location("mode: monitor"))
                .isEqualTo(new StoreLocation.File(Path.of("/var/lib/countersign/store.db")));
    }

    @Test
    void namesAreRelativeToThePolicyFile() {
        assertThat(location("store: { file: state/store.db }"))
                .isEqualTo(new StoreLocation.File(Path.of("/etc/countersign/state/store.db")));
        assertThat(location("store: { url: \"jdbc:postgresql://db/cs?sslmode=require\", user: u, password-file: p }"))
                .isEqualTo(new StoreLocation.Database(
                        "jdbc:postgresql://db/cs?sslmode=require",
                        Optional.of("u"),
                        Optional.of(Path.of("/etc/countersign/p"))))
                .hasToString("jdbc:postgresql://db/cs");
    }

    @Test
    void theNameOfACredentialIsKept() {
        assertThat(location("store: { url: \"jdbc:postgresql://db/cs\", password-file: \"credential:db\" }"))
                .isEqualTo(new StoreLocation.Database(
                        "jdbc:postgresql://db/cs", Optional.empty(), Optional.of(Path.of("credential:db"))));
    }

    @Test
    void contradictionsAreReportedWithARemedy() {
        assertThat(problems("store: { file: a, url: \"jdbc:postgresql://db/cs\" }"))
                .containsExactly("c.yaml:1: store.url: is given in addition to file; keep one of the two");
        assertThat(problems("store: { url: \"jdbc:postgresql://db/cs?password=x\" }"))
                .singleElement()
                .asString()
                .startsWith("c.yaml:1: store.url: contains a password; ");
        assertThat(problems("store: { user: u }"))
                .containsExactly("c.yaml:1: store.user: is given without url; add url, or remove it");
        assertThat(problems("store: { url: \"mysql://db/cs\" }"))
                .singleElement()
                .asString()
                .contains("expected a URL such as jdbc:postgresql://db.example.org/countersign");
    }
}
