package org.countersign.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.dns.replay.DnsSnapshot;
import org.countersign.doctor.DoctorState;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;
import org.countersign.syntax.TagList;

/** Reads and writes the files of {@code doctor}. */
final class DoctorFiles {
    private static final int MAX_SNAPSHOT = 64 << 20;
    private static final int MAX_HEADER = 1 << 20;
    private static final int MAX_SELECTORS = 32;
    private static final String FIELD = "dkim-signature:";

    private DoctorFiles() {}

    static DnsSnapshot readSnapshot(Path file) throws CommandFailure {
        String text = read(file, MAX_SNAPSHOT).latin1();
        return switch (DnsSnapshot.parse(text)) {
            case Parsed.Value<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot snapshot) -> snapshot;
            case Parsed.Malformed<DnsSnapshot, DnsSnapshot.Mistake>(DnsSnapshot.Mistake mistake) ->
                throw new CommandFailure(ExitStatus.BAD_DATA, file + ":" + mistake.line() + ": " + mistake.problem());
        };
    }

    private static Octets read(Path file, int max) throws CommandFailure {
        return InputFiles.read(() -> HostFiles.read(file, file.toString(), max));
    }

    /** The state of the last run; an empty one if the file does not exist. */
    static DoctorState readState(Path file) throws CommandFailure {
        try {
            return DoctorState.read(Files.readAllBytes(file));
        } catch (NoSuchFileException first) {
            return DoctorState.empty();
        } catch (IOException problem) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA,
                    file + " cannot be used as the state of the last run: " + problem.getMessage()
                            + "; remove it to begin again");
        }
    }

    /** Writes a file whole or not at all. */
    static void write(Path file, byte[] octets) throws CommandFailure {
        Path parent = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        try {
            Path draft = Files.createTempFile(parent, file.getFileName().toString(), ".new");
            try {
                Files.write(draft, octets);
                Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException problem) {
            throw new CommandFailure(ExitStatus.CANNOT_CREATE, file + " cannot be written: " + problem.getMessage());
        }
    }

    static void write(Path file, String text) throws CommandFailure {
        write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The selectors of the signatures in a message. */
    static List<String> selectors(Path file) throws CommandFailure {
        List<String> selectors = new ArrayList<>();
        for (String field : unfoldedHeader(read(file, Integer.MAX_VALUE - 8))) {
            if (field.regionMatches(true, 0, FIELD, 0, FIELD.length()) && selectors.size() < MAX_SELECTORS) {
                TagList tags = TagList.parse(Octets.latin1(field.substring(FIELD.length())));
                tags.value("s").map(Octets::latin1).ifPresent(selectors::add);
            }
        }
        return selectors;
    }

    private static List<String> unfoldedHeader(Octets message) {
        String header = message.slice(0, Math.min(message.length(), MAX_HEADER)).latin1();
        List<String> fields = new ArrayList<>();
        for (String line : (Iterable<String>) header.lines()::iterator) {
            if (line.isEmpty()) {
                break;
            }
            boolean folded = (line.startsWith(" ") || line.startsWith("\t")) && !fields.isEmpty();
            if (folded) {
                fields.add(fields.removeLast() + line);
            } else {
                fields.add(line);
            }
        }
        return fields;
    }
}
