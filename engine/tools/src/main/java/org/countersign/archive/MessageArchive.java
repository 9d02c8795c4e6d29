package org.countersign.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.service.MboxReader;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/**
 * Messages in files: one message a file, mbox files, Maildirs, and directories of all of them. They are read one after the
 * other, and only one at a time is in memory.
 *
 * <p>The name of an mbox file may end in {@code #} and the number of one message in it.
 */
public final class MessageArchive {
    /** The largest message that is read as a whole, in octets. */
    public static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private static final int PEEKED = 512;
    private static final String STANDARD_INPUT = "-";
    private static final String FLAGS = ":2,";

    private final List<Source> sources;
    private final List<FileFailure> failures;
    private final boolean mboxrd;
    private final InputStream standardInput;
    private final long size;
    private volatile long octets;

    /** A file, and which of its messages are wanted: 0 for all. */
    private record Source(String name, Optional<Path> path, int number) {}

    private MessageArchive(
            List<Source> sources, List<FileFailure> failures, boolean mboxrd, InputStream standardInput) {
        this.sources = sources;
        this.failures = failures;
        this.mboxrd = mboxrd;
        this.standardInput = standardInput;
        this.size = sources.stream().mapToLong(MessageArchive::size).sum();
    }

    /**
     * Finds the files.
     *
     * @param names of files and directories; {@code -} is standard input
     * @param recursive whether directories that are no Maildirs are searched
     * @param mboxrd whether lines of mbox files that begin with {@code >From } are restored
     * @throws FileFailure for a name that cannot be meant
     */
    public static MessageArchive of(List<String> names, boolean recursive, boolean mboxrd, InputStream standardInput)
            throws FileFailure {
        List<Source> sources = new ArrayList<>();
        ArchiveFiles found = new ArchiveFiles(recursive);
        for (String name : names) {
            if (name.equals(STANDARD_INPUT)) {
                sources.add(new Source(STANDARD_INPUT, Optional.empty(), 0));
                continue;
            }
            Optional<Source> numbered = numbered(name);
            if (numbered.isPresent()) {
                sources.add(numbered.get());
                continue;
            }
            int before = found.files().size();
            found.add(path(name));
            found.files().subList(before, found.files().size()).stream()
                    .map(file -> new Source(file.toString(), Optional.of(file), 0))
                    .forEach(sources::add);
        }
        return new MessageArchive(List.copyOf(sources), List.copyOf(found.failures()), mboxrd, standardInput);
    }

    private static Path path(String name) throws FileFailure {
        try {
            return Path.of(name);
        } catch (InvalidPathException invalid) {
            throw HostFiles.directory(Escapes.printable(name), "it is not a valid file name");
        }
    }

    /** The file of a name such as {@code mail.mbox#3}, unless a file has this name. */
    private static Optional<Source> numbered(String name) throws FileFailure {
        int sign = name.lastIndexOf('#');
        String digits = name.substring(sign + 1);
        boolean number = sign > 0
                && !digits.isEmpty()
                && digits.length() <= 9
                && digits.chars().allMatch(Ascii::isDigit);
        if (!number || Files.exists(path(name)) || Integer.parseInt(digits) == 0) {
            return Optional.empty();
        }
        String file = name.substring(0, sign);
        return Files.isRegularFile(path(file))
                ? Optional.of(new Source(file, Optional.of(path(file)), Integer.parseInt(digits)))
                : Optional.empty();
    }

    private static long size(Source source) {
        try {
            return source.path().isPresent() ? Files.size(source.path().get()) : 0;
        } catch (IOException unknown) {
            return 0;
        }
    }

    /** The number of files. */
    public int files() {
        return sources.size();
    }

    /** The size of all files in octets, as far as it is known. */
    public long size() {
        return size;
    }

    /** How many octets were read until now. May be called from another thread than that which reads. */
    public long octetsRead() {
        return octets;
    }

    /** Reads the messages, until the visitor wants no more. What cannot be read is told to the visitor. */
    public void read(ArchiveVisitor visitor) {
        failures.forEach(visitor::unreadable);
        for (Source source : sources) {
            String named = source.path().isPresent() ? source.name() : "standard input";
            try (InputStream in =
                    source.path().isPresent() ? HostFiles.open(source.path().get(), named) : standardInput) {
                if (!file(source, named, new BufferedInputStream(in, PEEKED), visitor)) {
                    return;
                }
            } catch (FileFailure failure) {
                visitor.unreadable(failure);
            } catch (IOException unreadable) {
                visitor.unreadable(HostFiles.failure(unreadable, named));
            }
        }
    }

    /**
     * Reads one file.
     *
     * @return whether more messages are wanted
     */
    private boolean file(Source source, String named, BufferedInputStream in, ArchiveVisitor visitor)
            throws IOException, FileFailure {
        in.mark(PEEKED);
        String start = new String(in.readNBytes(16), StandardCharsets.ISO_8859_1);
        in.reset();
        if (start.isEmpty()) {
            visitor.unreadable(HostFiles.noMessage(named, "is empty: it has no message"));
            return true;
        }
        if (MboxReader.isFirstSeparator(start)) {
            return mbox(source, named, in, visitor);
        }
        if (source.number() > 0) {
            visitor.unreadable(HostFiles.noMessage(named, "is no mbox file: it has no message " + source.number()));
            return true;
        }
        byte[] content = in.readNBytes(MAX_MESSAGE + 1);
        long before = octets;
        octets = before + content.length;
        boolean whole = content.length <= MAX_MESSAGE;
        if (!whole) {
            visitor.note(tooLarge(named));
        }
        return visitor.message(new StoredMessage(
                source.name(),
                OptionalInt.empty(),
                Octets.wrap(whole ? content : Arrays.copyOf(content, MAX_MESSAGE)),
                whole,
                flags(source)));
    }

    private static String tooLarge(String named) {
        return Escapes.printable(named) + " is larger than " + MAX_MESSAGE / (1024 * 1024)
                + " MB: only its beginning is read, and a signature of its body cannot verify";
    }

    /**
     * Reads one mbox file, or the message in it that is wanted.
     *
     * @return whether more messages are wanted
     */
    private boolean mbox(Source source, String named, InputStream in, ArchiveVisitor visitor)
            throws IOException, FileFailure {
        MboxReader messages = new MboxReader(in, MAX_MESSAGE, mboxrd);
        long before = octets;
        int quoted = 0;
        int proved = 0;
        int number = 0;
        boolean more = true;
        for (Optional<MboxReader.Message> next = messages.next(); more && next.isPresent(); next = messages.next()) {
            number++;
            octets = before + messages.octets();
            if (source.number() > 0 && number != source.number()) {
                continue;
            }
            MboxReader.Message message = next.get();
            byte[] content = message.content();
            if (message.quoted() > 0) {
                quoted++;
                byte[] restored = QuotedFromLines.restored(content);
                // Each message by itself, so that it is the same message when it is read alone.
                if (!mboxrd && message.whole() && QuotedFromLines.isProvedQuoted(content, restored)) {
                    proved++;
                    content = restored;
                }
            }
            if (!message.whole()) {
                visitor.note(tooLarge(named + "#" + number));
            }
            more = visitor.message(new StoredMessage(
                    source.name(), OptionalInt.of(number), Octets.wrap(content), message.whole(), ""));
            if (number == source.number()) {
                break;
            }
        }
        if (source.number() > number) {
            visitor.unreadable(
                    HostFiles.noMessage(named, "has " + number + " messages: there is no message " + source.number()));
        }
        if (quoted > 0) {
            visitor.note(Escapes.printable(named) + ": " + quotedNote(quoted, proved));
        }
        return more;
    }

    /** What was done about lines that begin with {@code >From }. */
    private String quotedNote(int quoted, int proved) {
        String lines = "lines that begin with >From in " + messages(quoted);
        if (mboxrd) {
            return lines + " restored, because of --mboxrd";
        }
        String left = "left as they are; if the file has the mboxrd form, --mboxrd restores them";
        if (proved == 0) {
            return lines + " " + left;
        }
        return "lines that begin with >From in " + messages(proved)
                + " restored, because the hash of a DKIM signature fits only then"
                + (proved == quoted ? "" : "; those in " + messages(quoted - proved) + " " + left);
    }

    private static String messages(int count) {
        return count + (count == 1 ? " message were" : " messages were");
    }

    /** The flags in the name of a file of a Maildir, after {@code :2,}. */
    private static String flags(Source source) {
        int at = source.name().lastIndexOf(FLAGS);
        String flags = at < 0 ? "" : source.name().substring(at + FLAGS.length());
        return flags.length() <= 26 && flags.chars().allMatch(Ascii::isAlpha) ? flags : "";
    }
}
