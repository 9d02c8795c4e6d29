package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar for the line with jakarta.mail holds the same classes, and knows no javax.mail. */
class JakartaJarTest {
    private static final Path MODULES = Path.of(System.getProperty("countersign.root"), "james-mailet");

    private final ShippedJar jar = new ShippedJar(MODULES.resolve("jakarta/target/countersign-james-3.9.jar"));

    @Test
    void everyClassIsInAPackageOfOurs() throws Exception {
        assertThat(jar.entries())
                .contains(
                        "org/countersign/james/AuthenticationHook.class",
                        "org/countersign/james/EditedMail.class",
                        "org/countersign/james/EngineRegistry.class")
                .allSatisfy(name -> assertThat(name)
                        .matches("org/countersign/.*|META-INF/(MANIFEST\\.MF|NOTICE|LICENSE(\\.md|-countersign)?)"));
    }

    @Test
    void nothingInItNamesTheOlderMailApi() throws Exception {
        assertThat(jar.classesThatName(List.of("javax/mail", "javax.mail", "javax/inject", "javax/activation")))
                .isEmpty();
        assertThat(jar.classesThatName(List.of("jakarta/mail")))
                .contains("org/countersign/james/AuthenticationHook.class", "org/countersign/james/EditedMail.class");
    }

    /** The artifacts of James' SMTP server are not there to be compared with. */
    @Test
    void whatItRefersToIsInItOrInJamesButForTheSmtpServer() throws Exception {
        List<Path> james = Stream.of(Files.readString(MODULES.resolve("jakarta/target/class-path"))
                        .strip()
                        .split(":", -1))
                .map(Path::of)
                .toList();
        assertThat(jar.missing(james))
                .allSatisfy(name -> assertThat(name)
                        .matches("org\\.apache\\.james\\.(protocols|smtpserver)\\..*"
                                + "|android\\..*|com\\.sun\\.jna\\..*|org\\.countersign\\.libs\\.errorprone\\..*"));
    }
}
