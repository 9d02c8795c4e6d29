package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jar for jakarta.mail has the same classes and does not use javax.mail. */
class JakartaJarTest {
    private static final Path MODULES = Path.of(System.getProperty("countersign.root"), "james-mailet");

    private final ShippedJar jar = new ShippedJar(MODULES.resolve("jakarta/target/countersign-james-3.9.jar"));

    @Test
    void everyClassIsInAPackageOfCountersign() throws Exception {
        assertThat(jar.entries())
                .contains(
                        "org/countersign/james/AuthenticationHook.class",
                        "org/countersign/james/hook/InboundHook.class",
                        "org/countersign/james/mail/MailEditor.class",
                        "org/countersign/james/engine/EngineRegistry.class")
                .allSatisfy(
                        name -> assertThat(name)
                                .matches(
                                        "org/countersign/.*|org/sqlite/.*|META-INF/(MANIFEST\\.MF|NOTICE(\\.txt)?|LICENSE(\\.md|\\.txt|-countersign)?|[A-Za-z-]+-LICENSE)"));
    }

    @Test
    void noClassNamesTheOlderMailApi() throws Exception {
        assertThat(jar.classesThatName(List.of("javax/mail", "javax.mail", "javax/inject", "javax/activation")))
                .isEmpty();
        assertThat(jar.classesThatName(List.of("jakarta/mail")))
                .contains(
                        "org/countersign/james/hook/InboundHook.class", "org/countersign/james/mail/MailEditor.class");
    }

    /** The artifacts of James' SMTP server are not available, so its classes are not checked. */
    @Test
    void everyClassItNeedsIsInTheJarOrInJamesExceptTheSmtpServer() throws Exception {
        List<Path> james = Stream.of(Files.readString(MODULES.resolve("jakarta/target/class-path"))
                        .strip()
                        .split(":", -1))
                .map(Path::of)
                .toList();
        assertThat(jar.missing(james))
                .allSatisfy(name -> assertThat(name)
                        .matches("org\\.apache\\.james\\.(protocols|smtpserver)\\..*"
                                // Annotations of the driver of PostgreSQL.
                                + "|org\\.checkerframework\\..*"
                                + "|android\\..*|com\\.sun\\.jna\\..*|org\\.countersign\\.libs\\.errorprone\\..*"));
    }
}
