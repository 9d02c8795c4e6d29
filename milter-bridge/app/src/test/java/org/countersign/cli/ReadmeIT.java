package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.countersign.dns.StaticZone;
import org.countersign.testing.ZoneServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of README.md, run by a shell in an empty directory. {@code mvn verify} is the build that this test is
 * part of, and {@code serve} without a configuration listens on a fixed port, so these two are not run here.
 */
@Timeout(600)
class ReadmeIT {
    private static final Path ROOT = Path.of(System.getProperty("countersign.root"));
    private static final String POLICY_DIRECTORY = "/var/spool/postfix/countersign";

    @TempDir
    private Path directory;

    /** A command as README.md has it, with its exit status and its output including the errors. */
    private record Result(int status, String output) {}

    /** Creates the launcher, which runs the classes of this build. */
    @BeforeEach
    void writeLauncher() throws IOException {
        Path launcher = Files.writeString(directory.resolve("countersign"), """
            #!/bin/sh
            exec '%s' -Xmx256m -cp '%s' %s "$@"
            """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void everyCommandOfTheProgramIsRunByThisTest() throws IOException {
        assertThat(Markdown.commands("README.md"))
                .filteredOn(line -> line.startsWith("./countersign "))
                .containsExactlyInAnyOrder(
                        "./countersign demo",
                        "./countersign serve", // by ServeCommandTest
                        command("policy show"),
                        command("policy test"),
                        command("config check"),
                        command("keygen"),
                        command("check"));
    }

    @Test
    void demoShowsTheScenarios() throws Exception {
        Result demo = run(command("demo"));
        assertThat(demo.status()).as(demo.output()).isZero();
        assertThat(demo.output()).contains("verdict      reject", "expected     yes");
    }

    @Test
    void thePolicyFileWithTheKeyOfKeygenIsShownTestedAndServed() throws Exception {
        Result keygen = run(command("keygen"));
        assertThat(keygen.status()).as(keygen.output()).isZero();
        assertThat(keygen.output()).contains("s2026._domainkey.example.org");

        Result install = run(command("install").replace("-g postfix", "-g \"$(id -gn)\""));
        assertThat(install.status()).as(install.output()).isZero();
        Path policy = Files.writeString(directory.resolve("countersign.yaml"), local(policyFile()));

        Result show = run(command("policy show"));
        assertThat(show.status()).as(show.output()).isZero();
        assertThat(show.output()).contains("enforce");
        Result test = run(command("policy test"));
        assertThat(test.status()).as(test.output()).isZero();
        // Without the DNS and the Postfix of this machine.
        Result check = run(command("config check") + " --no-dns --postfix none");
        assertThat(check.status()).as(check.output()).isZero();
        assertThat(check.output()).contains("OK: ", ", 1 key, 1 listener");

        try (ServiceProcess serve = ServiceProcess.start(policy, directory.resolve("log"))) {
            assertThat(serve.lines("event=listening"))
                    .singleElement()
                    .asString()
                    .contains("/milter.sock socket=own mode=enforce keys=1 ");
        }
    }

    @Test
    void checkShowsTheResultsOfAMessage() throws Exception {
        Files.writeString(
                directory.resolve("message.eml"), "From: alice@example.net\r\nSubject: minutes\r\n\r\nHello\r\n");
        StaticZone zone = StaticZone.builder()
                .txt("example.net", "v=spf1 ip4:192.0.2.7 -all")
                .txt("_dmarc.example.net", "v=DMARC1; p=reject")
                .build();
        try (ZoneServer dns = ZoneServer.start(zone)) {
            Result check =
                    run(command("check") + " --dns 127.0.0.1:" + dns.address().getPort());
            assertThat(check.status()).as(check.output()).isZero();
            assertThat(check.output()).contains("SPF       pass ", "DMARC     pass ");
        }
    }

    @Test
    void everyLocalLinkLeadsToAFile() throws IOException {
        assertThat(Markdown.links("README.md"))
                .filteredOn(link -> !link.startsWith("http"))
                .hasSizeGreaterThan(5)
                .allMatch(link -> Files.exists(ROOT.resolve(link.replaceFirst("#.*", ""))));
    }

    /** The only command of README.md that has this name. */
    private static String command(String name) throws IOException {
        List<String> found = Markdown.commands("README.md").stream()
                .filter(line -> line.startsWith(name + " ") || (line + " ").startsWith("./countersign " + name + " "))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static String policyFile() throws IOException {
        List<String> found = Markdown.blocks("README.md", "yaml");
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    /** The text with a directory for the socket that this test may create. */
    private String local(String text) {
        return text.replace(POLICY_DIRECTORY, directory.resolve("spool").toString());
    }

    private Result run(String command) throws IOException, InterruptedException {
        File output = directory.resolve("output").toFile();
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", local(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output);
        shell.environment().putAll(Map.of("LC_ALL", "C"));
        Process process = shell.start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).as(command).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(output.toPath()));
    }
}
