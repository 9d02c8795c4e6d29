package org.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The launcher, run by the shell of the system: which Java it selects, and how it starts it. */
class LauncherIT extends LauncherFixture {
    @Nested
    class Choice {
        @Test
        void prefersItsOwnJavaHome() throws Exception {
            environment.put("JAVA_HOME", jre("b", "22").toString());
            environment.put("COUNTERSIGN_JAVA_HOME", jre("a", "21").toString());
            assertThat(launch("x").home()).isEqualTo("home a");
        }

        @Test
        void doesNotIgnoreItsOwnJavaHome() throws Exception {
            environment.put("JAVA_HOME", jre("b", "22").toString());
            environment.put("COUNTERSIGN_JAVA_HOME", jre("a", "17.0.9").toString());
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: COUNTERSIGN_JAVA_HOME is ")
                            .contains(temp.resolve("a").toString(), "21"));
        }

        @Test
        void prefersJavaHomeToThePath() throws Exception {
            Files.createSymbolicLink(tools.resolve("java"), jre("path", "25").resolve("bin/java"));
            environment.put("JAVA_HOME", jre("home", "21.0.1").toString());
            assertThat(launch("x").home()).isEqualTo("home home");
        }

        @Test
        void followsThePathToTheHome() throws Exception {
            environment.put("JAVA_HOME", jre("home", "20").toString());
            Files.createSymbolicLink(
                    temp.resolve("alternative"), jre("path", "25").resolve("bin/java"));
            Files.createSymbolicLink(tools.resolve("java"), temp.resolve("alternative"));
            assertThat(launch("x").home()).isEqualTo("home path");
        }

        @Test
        void usesTheRuntimeInItsDirectory() throws Exception {
            Files.createSymbolicLink(app.resolve("jre"), jre("bundled", "21"));
            jre("jvm/a", "25");
            assertThat(launch("x").home()).isEqualTo("home bundled");
        }

        @Test
        void searchesDirectoriesForAVersionThatIsNewEnough() throws Exception {
            environment.put("COUNTERSIGN_JVM_PATH", temp.resolve("none") + ":" + temp.resolve("jvm"));
            jre("jvm/a", "1.8.0_392");
            jre("jvm/b", "17.0.9");
            jre("jvm/c", "21.0.5");
            jre("jvm/d", "25");
            assertThat(launch("x").home()).isEqualTo("home jvm/c");
        }

        @Test
        void runsJavaIfThereIsNoReleaseFile() throws Exception {
            Files.delete(jre("jvm/a", "1.8.0_392").resolve("release"));
            Files.delete(jre("jvm/b", "23-ea").resolve("release"));
            assertThat(launch("x").home()).isEqualTo("home jvm/b");
        }

        @Test
        void reportsInOneLineThatEveryJavaIsTooOld() throws Exception {
            jre("jvm/a", "1.8.0_392");
            jre("jvm/b", "17.0.9");
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: needs Java 21 or newer and found only 17, in "
                                    + temp.resolve("jvm/b") + ": ")
                            .contains("apt install openjdk-21-jre-headless", "JAVA_HOME"));
        }

        @Test
        void reportsInOneLineThatThereIsNoJava() throws Exception {
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: needs Java 21 or newer and found none: install one"));
        }
    }

    @Nested
    class Start {
        @Test
        void replacesItselfByJavaAndReturnsItsExitStatus() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            Outcome outcome = launch("x");
            assertThat(outcome.status()).isEqualTo(3);
            assertThat(outcome.out()).contains("pid " + outcome.pid());
            assertThat(outcome.err()).isEmpty();
        }

        @Test
        void passesArgumentsUnchanged() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            Outcome outcome = launch("check", "", "two words", "*", "$HOME", "\"'\\");
            assertThat(outcome.out())
                    .containsSubsequence(
                            "<-cp>",
                            "<" + app.resolve("lib") + "/*>",
                            "<org.countersign.cli.Main>",
                            "<check>",
                            "<>",
                            "<two words>",
                            "<*>",
                            "<$HOME>",
                            "<\"'\\>");
        }

        @Test
        void addsOptionsAfterItsOwn() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            environment.put("COUNTERSIGN_JAVA_OPTS", "-Xmx64m  -Dkey=value");
            assertThat(launch("x").out())
                    .containsSubsequence("<-XX:+UseSerialGC>", "<-Xmx64m>", "<-Dkey=value>", "<-cp>");
        }

        @Test
        void onlyAServerLoadsTheFasterRsa() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            assertThat(launch("serve", "--config", "x").out()).contains("<-Dcountersign.rsa=fastest>");
            assertThat(launch("--debug", "serve").out()).contains("<-Dcountersign.rsa=fastest>");
            assertThat(launch("--debug", "check", "serve").out()).contains("<-Dcountersign.rsa=runtime>");
            assertThat(launch("check", "serve").out()).contains("<-Dcountersign.rsa=runtime>");
            assertThat(launch().out()).contains("<-Dcountersign.rsa=runtime>");
        }

        /** A mail server would send a report back if the virtual machine ended with a status of its own. */
        @Test
        void onlyTheReceiverOfReportsGoesOnWithoutMemory() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            assertThat(launch("--debug", "reports", "receive", "x").out()).contains("<-XX:-ExitOnOutOfMemoryError>");
            for (String command : new String[] {"serve", "reports", "receive"}) {
                assertThat(launch(command).out()).contains("<-XX:+ExitOnOutOfMemoryError>");
            }
        }

        @Test
        void findsItsDirectoryThroughSymbolicLinks() throws Exception {
            environment.put("JAVA_HOME", jre("home", "21").toString());
            Path links = Files.createDirectory(temp.resolve("links"));
            Files.createSymbolicLink(links.resolve("one"), Path.of("../an app/countersign"));
            Files.createSymbolicLink(links.resolve("two"), Path.of("one"));
            assertThat(launch(links.resolve("two"), "x").out()).contains("<" + app.resolve("lib") + "/*>");
        }
    }

    @Nested
    class Jdk {
        @Test
        void selectsAHomeWithACompiler() throws Exception {
            jre("jvm/a", "21");
            Path home = jdk("jvm/b", "21");
            Outcome outcome = launch("jdk");
            assertThat(outcome.status()).isZero();
            assertThat(outcome.out()).containsExactly(home.toString());
        }

        @Test
        void writesTheHomeToAFileWhichIsEmptyIfThereIsNone() throws Exception {
            Path file = temp.resolve("target/jdk");
            Path home = jdk("jvm/b", "21");
            assertThat(launch("jdk", file.toString()).status()).isZero();
            assertThat(Files.readAllLines(file)).containsExactly(home.toString());

            Files.delete(home.resolve("bin/javac"));
            Outcome outcome = launch("jdk", file.toString());
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.err())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("countersign: needs a JDK 21 or newer and found none")
                            .contains("openjdk-21-jdk-headless"));
            assertThat(file).isEmptyFile();
        }
    }

    @Nested
    class Usage {
        @Test
        void anOptionOfJdkIsNoFileName() throws Exception {
            jdk("jvm/b", "21");
            Outcome help = launch("jdk", "--help");
            assertThat(help.status()).isZero();
            assertThat(help.out()).first().asString().isEqualTo("Usage: countersign jdk [FILE]");
            Outcome wrong = launch("jdk", "--hepl");
            assertThat(wrong.status()).isEqualTo(64);
            assertThat(wrong.err())
                    .singleElement()
                    .asString()
                    .startsWith("countersign: jdk has no option --hepl: see countersign jdk --help");
            assertThat(temp.resolve("--help")).doesNotExist();
            assertThat(temp.resolve("--hepl")).doesNotExist();
        }

        @Test
        void theAdviceAlsoFitsDebian12() throws Exception {
            assertThat(launch("x").err())
                    .singleElement()
                    .asString()
                    .contains("Debian 13 or newer", "Debian 12 has none", "https://adoptium.net/installation/linux");
        }
    }
}
