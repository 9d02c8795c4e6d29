package org.countersign.reports.receive;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.countersign.syntax.Escapes;

/**
 * Unpacks what a report came in: gzip, ZIP, or nothing. Some reporters compress twice, so an archive may contain one more.
 * Names of members are never paths: nothing is written under them.
 */
final class Unpacker {
    private static final int MAX_NESTING = 2;
    private static final int MAX_NAME = 200;
    // The offset of the flags in the header of a member.
    private static final int FLAGS = 6;
    // Names that are not marked as UTF-8 are in the encoding of some system. Any octets are a name in this one.
    private static final Charset NAMES = StandardCharsets.ISO_8859_1;

    private final ReceiveLimits limits;
    private final Deadline deadline;
    private final Sink sink;

    /** Takes what was unpacked. Names are printable. */
    interface Sink {
        /**
         * A content that is not compressed.
         *
         * @param name the name of the file or of the member
         */
        void content(String name, byte[] octets);

        /**
         * A content that cannot be unpacked.
         *
         * @param octets its compressed size
         */
        void damaged(String name, String reason, long octets);

        /** An archive has members that were not read, because they are too many. */
        void unread(String name);
    }

    Unpacker(ReceiveLimits limits, Deadline deadline, Sink sink) {
        this.limits = limits;
        this.deadline = deadline;
        this.sink = sink;
    }

    /**
     * Unpacks a content.
     *
     * @param name for messages
     */
    void unpack(String name, byte[] octets) {
        unpack(Escapes.printable(name, MAX_NAME), octets, 0);
    }

    private void unpack(String name, byte[] octets, int nesting) {
        switch (ContentKind.of(octets)) {
            case GZIP -> archive(name, octets, "gzip", () -> unpack(name, gunzip(octets), nesting + 1), nesting);
            case ZIP -> archive(name, octets, "ZIP", () -> unzip(name, octets, nesting + 1), nesting);
            default -> sink.content(name, octets);
        }
    }

    /** Reads an archive. */
    private interface Reading {
        void run() throws IOException;
    }

    private void archive(String name, byte[] octets, String format, Reading reading, int nesting) {
        String problem;
        try {
            if (octets.length > limits.compressed()) {
                throw new LimitFailure("more than " + mebi(limits.compressed()) + " MiB before unpacking");
            }
            if (nesting == MAX_NESTING) {
                throw new LimitFailure("an archive in an archive in an archive");
            }
            reading.run();
            return;
        } catch (LimitFailure limit) {
            problem = limit.reason();
        } catch (EOFException incomplete) {
            problem = "the " + format + " file is incomplete";
        } catch (IOException broken) {
            problem = isEncrypted(octets)
                    ? "the ZIP file is encrypted: unpack it with its password, and give what was in it to countersign reports"
                            + " receive"
                    : "the " + format + " file is damaged: "
                            + Escapes.printable(String.valueOf(broken.getMessage()), MAX_NAME);
        }
        sink.damaged(name, problem, octets.length);
    }

    /** Whether the first member of a ZIP file is encrypted (APPNOTE.TXT 4.4.4). */
    private static boolean isEncrypted(byte[] octets) {
        return ContentKind.of(octets) == ContentKind.ZIP && octets.length > FLAGS && (octets[FLAGS] & 1) != 0;
    }

    /** Further members are a part of the content (RFC 1952 §2.2). Other octets behind the first member are ignored. */
    private byte[] gunzip(byte[] octets) throws IOException {
        Compressed compressed = new Compressed(octets);
        try (GZIPInputStream unpacked = new GZIPInputStream(compressed, ReceiveLimits.BUFFER)) {
            return new Unpacked(unpacked, compressed::count).readAllBytes();
        }
    }

    private void unzip(String name, byte[] octets, int nesting) throws IOException {
        Compressed compressed = new Compressed(octets);
        Members members = new Members(name, nesting);
        try (ZipInputStream zip = new ZipInputStream(compressed, NAMES)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (members.wants(entry)) {
                    long before = compressed.count();
                    // Closing what is read here would close the archive.
                    members.read(entry.getName(), new Unpacked(zip, () -> compressed.count() - before).readAllBytes());
                }
                if (members.isEnded()) {
                    break;
                }
            }
        } catch (ZipException unsupported) {
            if (members.looked > 0 || !isWithoutSizes(unsupported)) {
                throw unsupported;
            }
            unzipByDirectory(octets, members);
        }
        members.end();
    }

    /** Whether a member that is not compressed has its size only in the directory, at the end of the archive. */
    private static boolean isWithoutSizes(ZipException unsupported) {
        return String.valueOf(unsupported.getMessage()).contains("EXT descriptor");
    }

    /** Reads the directory of the archive. The library can do this only with a file. */
    private void unzipByDirectory(byte[] octets, Members members) throws IOException {
        Path file = temporary(octets);
        try (ZipFile zip = new ZipFile(file.toFile(), NAMES)) {
            Iterator<? extends ZipEntry> entries = zip.entries().asIterator();
            while (entries.hasNext() && !members.isEnded()) {
                ZipEntry entry = entries.next();
                if (members.wants(entry)) {
                    members.read(entry.getName(), content(zip, entry));
                }
            }
        } finally {
            delete(file);
        }
    }

    private byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
        CRC32 checksum = new CRC32();
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
            byte[] content = new Unpacked(in, entry::getCompressedSize).readAllBytes();
            if (checksum.getValue() != entry.getCrc()) {
                throw new ZipException("the checksum of a member is wrong");
            }
            return content;
        }
    }

    private static Path temporary(byte[] octets) {
        try {
            Path file = Files.createTempFile("countersign", ".zip");
            try {
                return Files.write(file, octets);
            } catch (IOException full) {
                delete(file);
                throw full;
            }
        } catch (IOException ownProblem) {
            throw new UncheckedIOException(ownProblem);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }

    private static int mebi(int octets) {
        return octets >> 20;
    }

    /** An archive as it is read. */
    private final class Compressed extends CountedInput {
        Compressed(byte[] octets) {
            super(new ByteArrayInputStream(octets));
        }

        @Override
        void check() throws LimitFailure {
            deadline.check();
        }
    }

    /** A content as it is unpacked. */
    private final class Unpacked extends CountedInput {
        private final LongSupplier compressed;

        /**
         * @param compressed how many compressed octets it has, or how many were read so far
         */
        Unpacked(InputStream in, LongSupplier compressed) {
            super(in);
            this.compressed = compressed;
        }

        @Override
        void check() throws LimitFailure {
            if (count() > limits.unpacked()) {
                throw new LimitFailure("after unpacking "
                        + ReceiveLimits.tooLarge(limits.unpacked(), " (reports.receive.max-report-size)"));
            }
            if (limits.exceedsRatio(count(), compressed.getAsLong())) {
                throw new LimitFailure("unpacking makes more than " + limits.ratio() + " octets of one");
            }
            deadline.check();
        }
    }

    /** Counts the members of a ZIP file. */
    private final class Members {
        private final String archive;
        private final int nesting;
        private int looked;
        private boolean more;

        Members(String archive, int nesting) {
            this.archive = archive;
            this.nesting = nesting;
        }

        /** Whether a member is to be read. */
        boolean wants(ZipEntry entry) throws LimitFailure {
            deadline.check();
            if (entry.isDirectory()) {
                return false;
            }
            more = looked == limits.members();
            return !more;
        }

        /** Whether all members have been read that are to be read, although there is another one. */
        boolean isEnded() {
            return more;
        }

        void read(String name, byte[] content) {
            looked++;
            unpack(archive + ": " + Escapes.printable(name, MAX_NAME), content, nesting);
        }

        void end() {
            if (looked == 0) {
                sink.damaged(archive, "the ZIP file has no members", 0);
            } else if (more) {
                sink.unread(archive);
            }
        }
    }
}
