package org.countersign.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.dns.replay.SnapshotSection;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Parsed;

/** Reads and writes DNS snapshots: the files of the options {@code --record} and {@code --replay}. */
final class SnapshotFile {
    /** In octets. */
    private static final int MAX_SIZE = 64 * 1024 * 1024;

    private SnapshotFile() {}

    /**
     * Reads a snapshot.
     *
     * @throws CommandFailure if the file cannot be read, or with the line of the first mistake in it
     */
    static DnsSnapshot read(Path file) throws CommandFailure {
        String text = InputFiles.readArgument(() -> HostFiles.read(file, file.toString(), MAX_SIZE))
                .latin1();
        return switch (DnsSnapshot.parse(text)) {
            case Parsed.Value<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot snapshot) -> snapshot;
            case Parsed.Malformed<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot.Mistake mistake) ->
                throw new CommandFailure(ExitStatus.BAD_DATA, file + ":" + mistake.line() + ": " + mistake.problem());
        };
    }

    /** When the servers were asked; empty if the snapshot does not tell. */
    static Optional<Instant> asked(DnsSnapshot snapshot) {
        try {
            return snapshot.sections().stream()
                    .map(SnapshotSection::asked)
                    .filter(asked -> !asked.isEmpty())
                    .findFirst()
                    .map(Instant::parse);
        } catch (DateTimeException edited) {
            return Optional.empty();
        }
    }

    /**
     * Writes a snapshot.
     *
     * @throws CommandFailure if the file cannot be written
     */
    static void write(Path file, DnsSnapshot snapshot) throws CommandFailure {
        OutputFile.write(file, snapshot.render().getBytes(StandardCharsets.ISO_8859_1));
    }
}
