package org.countersign.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.countersign.doctor.DoctorState;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Octets;
import org.countersign.syntax.TagList;

/** Reads the files of {@code doctor}. */
final class DoctorFiles {
    // In octets. A domain has some hundred of them.
    private static final int MAX_STATE = 64 << 20;
    private static final int MAX_HEADER = 1 << 20;
    private static final int MAX_SELECTORS = 32;
    private static final String FIELD = "dkim-signature:";

    private DoctorFiles() {}

    /**
     * The state of the last run; an empty one if the file does not exist.
     *
     * @throws CommandFailure if the file cannot be read, or is not such a state
     */
    static DoctorState readState(Path file) throws CommandFailure {
        if (Files.notExists(file)) {
            return DoctorState.empty();
        }
        Octets text = InputFiles.readArgument(() -> HostFiles.read(file, file.toString(), MAX_STATE));
        try {
            return DoctorState.read(text.toByteArray());
        } catch (IOException problem) {
            throw new CommandFailure(
                    ExitStatus.BAD_DATA,
                    file + " cannot be used as the state of the last run: " + problem.getMessage()
                            + "; remove it to begin again");
        }
    }

    /**
     * The selectors of the signatures in a message, each as often as a signature has it.
     *
     * @throws CommandFailure if the file cannot be read
     */
    static List<String> selectors(Path file) throws CommandFailure {
        List<String> selectors = new ArrayList<>();
        for (String field : fields(beginning(file))) {
            if (field.regionMatches(true, 0, FIELD, 0, FIELD.length()) && selectors.size() < MAX_SELECTORS) {
                TagList tags = TagList.parse(Octets.latin1(field.substring(FIELD.length())));
                tags.value("s").map(Octets::latin1).ifPresent(selectors::add);
            }
        }
        return selectors;
    }

    private static String beginning(Path file) throws CommandFailure {
        try (InputStream in = InputFiles.open(file, file.toString())) {
            return new String(in.readNBytes(MAX_HEADER), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw InputFiles.failure(unreadable, file.toString());
        }
    }

    /** The fields of the header section, each unfolded to one line. */
    private static List<String> fields(String message) {
        List<String> fields = new ArrayList<>();
        for (String line : (Iterable<String>) message.lines()::iterator) {
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
