package org.countersign.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.countersign.cli.manual.ManualPage;
import org.countersign.service.HostFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code countersign man}. */
@Command(
        name = "man",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes the manual pages of all commands and of the policy file into a directory, for man(1)."
                + " The Debian package has them already. A directory that is called man needs no further setting, if"
                + " it is next to a directory bin of the PATH.",
        footer = {
            "",
            "Examples:",
            "  countersign man /usr/local/share/man",
            "  man -M /usr/local/share/man countersign-check"
        })
final class ManCommand implements Callable<Integer> {
    private final Streams streams;
    private final InstantSource clock;

    @Parameters(paramLabel = "DIR", description = "The directory; man1 and man5 are created in it.")
    private Path directory = Path.of(".");

    ManCommand(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailure {
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        int count = 0;
        Path written = directory;
        try {
            for (ManualPage page : Main.manual()) {
                written = directory.resolve("man" + page.section());
                Files.createDirectories(written);
                written = written.resolve(page.fileName());
                Files.writeString(written, page.roff(ProgramVersion.version(), today));
                count++;
            }
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.CANNOT_CREATE, HostFiles.writeProblem(written, problem));
        }
        streams.out().println(count + " pages written to " + directory);
        return ExitStatus.OK.code();
    }
}
