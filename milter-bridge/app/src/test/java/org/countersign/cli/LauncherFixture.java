package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a directory of its own, with Java homes that are directories with a script in them. */
abstract class LauncherFixture {
    private static final Path SCRIPT = Path.of(System.getProperty("countersign.root"), "countersign");
    private static final List<String> TOOLS =
            List.of("dirname", "readlink", "sed", "head", "tail", "mkdir", "touch", "find", "cat");

    @TempDir
    Path temp;

    Path app;
    Path tools;
    final Map<String, String> environment = new TreeMap<>();

    record Outcome(int status, long pid, List<String> out, List<String> err) {
        String home() {
            return out.get(0);
        }
    }

    @BeforeEach
    void install() throws IOException {
        tools = Files.createDirectory(temp.resolve("tools"));
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "#!/bin/sh\nexec " + systemTool(tool) + " \"$@\"\n");
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", temp.toString());
        environment.put("COUNTERSIGN_JVM_PATH", temp.resolve("jvm").toString());
        app = Files.createDirectory(temp.resolve("an app"));
        Files.copy(SCRIPT, app.resolve("countersign"));
        Files.createDirectory(app.resolve("lib"));
    }

    private static Path systemTool(String name) {
        return List.of(Path.of("/usr/bin"), Path.of("/bin")).stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    static Path script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    final Path jre(String name, String version) throws IOException {
        Path home = temp.resolve(name);
        script(home.resolve("bin/java"), """
            #!/bin/sh
            if [ "$1" = -version ]; then echo 'openjdk version "%s" 2026-01-20' >&2; exit 0; fi
            echo "home %s"
            echo "pid $$"
            for argument in "$@"; do echo "<$argument>"; done
            exit 3
            """.formatted(version, name));
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        return home;
    }

    final Path jdk(String name, String version) throws IOException {
        Path home = jre(name, version);
        script(home.resolve("bin/javac"), "#!/bin/sh\n");
        return home;
    }

    final Outcome launch(String... arguments) throws IOException, InterruptedException {
        return launch(app.resolve("countersign"), arguments);
    }

    final Outcome launch(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        int status = process.waitFor();
        return new Outcome(status, process.pid(), Files.readAllLines(out), Files.readAllLines(err));
    }
}
