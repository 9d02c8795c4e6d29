package org.countersign.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.archive.MessageArchive;
import org.countersign.service.FileFailure;
import org.countersign.service.SystemClock;
import org.countersign.syntax.Escapes;

/**
 * What a user sees on standard error while an archive is read: how far it is, notes, and files that cannot be read. If the
 * user interrupts the program, the sums so far are shown as such.
 */
final class ArchiveProgress implements AutoCloseable {
    private final MessageArchive archive;
    private final boolean quiet;
    private final Streams streams;
    private final Progress progress;
    private final List<FileFailure> unreadable = new ArrayList<>();
    private final Thread interruption;

    /**
     * @param partialSums writes the sums so far, in a thread of its own; empty if the command shows none
     */
    ArchiveProgress(MessageArchive archive, OutputOptions output, Streams streams, Optional<Runnable> partialSums) {
        this.archive = archive;
        this.quiet = output.quiet();
        this.streams = streams;
        this.progress = new Progress(
                streams.err(), Terminal.isStandardError(streams.err()), quiet, new SystemClock(), "messages");
        this.interruption = new Thread(() -> partialSums.ifPresent(this::interrupted), "partial-sums");
        Runtime.getRuntime().addShutdownHook(interruption);
    }

    /** Says so on standard error, because standard output may be JSON. */
    void interrupted(Runnable partialSums) {
        progress.hide();
        streams.err().println("countersign: interrupted: what follows counts only the messages read so far");
        partialSums.run();
    }

    /** Shows how many messages are done, if it is time to. */
    void show(long messages) {
        progress.show(messages, archive.octetsRead(), archive.size());
    }

    /** Removes the line before other text is written to the terminal. */
    void hide() {
        progress.hide();
    }

    void unreadable(FileFailure failure) {
        progress.hide();
        unreadable.add(failure);
        failure.lines().forEach(this::write);
    }

    void note(String line) {
        if (!quiet) {
            progress.hide();
            write("note: " + line);
        }
    }

    /** Lines have names of files, which anybody may have chosen who can write to the archive. */
    private void write(String line) {
        streams.err().println("countersign: " + Escapes.withoutControls(line));
    }

    /** The status of the first file that could not be read. */
    ExitStatus status() {
        return unreadable.isEmpty()
                ? ExitStatus.OK
                : CommandFailure.of(unreadable.getFirst()).status();
    }

    @Override
    public void close() {
        progress.close();
        try {
            Runtime.getRuntime().removeShutdownHook(interruption);
        } catch (IllegalStateException interrupted) {
            // The program ends, and the other thread writes the partial sums.
        }
    }
}
