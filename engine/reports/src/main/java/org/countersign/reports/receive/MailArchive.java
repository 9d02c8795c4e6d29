package org.countersign.reports.receive;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.countersign.store.StoreFailure;
import org.countersign.syntax.Escapes;

/**
 * A gzip or ZIP file of the operator that is read like a directory. It contains an mbox file, such as a mailbox that was exported, or
 * more files than a ZIP file in a message may have. It is read as a stream, since a mailbox may be larger than the heap. Names of
 * members are never paths: nothing is written under them.
 */
final class MailArchive {
    private static final int MAX_NAME = 200;

    private final Path file;
    private final ReceiveLimits limits;

    /** Takes the contents of an archive. */
    interface Sink {
        /**
         * A content.
         *
         * @param member its name, printable; empty in a gzip file
         * @param content begins with the octets of {@code start}; what is not read of it is passed over
         */
        void content(String member, ContentKind kind, InputStream content) throws IOException, StoreFailure;
    }

    MailArchive(Path file, ReceiveLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /**
     * Whether the file is such an archive. One that is damaged is not.
     *
     * @param start its first octets
     */
    boolean isReadByMember(byte[] start) {
        return switch (ContentKind.of(start)) {
            case GZIP -> gzipKind(start) == ContentKind.MBOX;
            case ZIP -> Files.isRegularFile(file) && isReadByMember();
            default -> false;
        };
    }

    private static ContentKind gzipKind(byte[] start) {
        byte[] content = new byte[ContentKind.WINDOW];
        int length = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(start))) {
            // Octet by octet, since all that comes before the end of the given ones is wanted.
            for (int octet = in.read(); octet >= 0 && length < content.length; octet = in.read()) {
                content[length] = (byte) octet;
                length++;
            }
        } catch (IOException endOfStart) {
            // What came before is enough.
        }
        return ContentKind.of(content, length);
    }

    private boolean isReadByMember() {
        try (ZipFile zip = open()) {
            int members = 0;
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory()) {
                    members++;
                    if (members > limits.members() || kind(zip, entry) == ContentKind.MBOX) {
                        return true;
                    }
                }
            }
        } catch (IOException damaged) {
            // The way for reports tells what is wrong.
        }
        return false;
    }

    private static ContentKind kind(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return ContentKind.of(in.readNBytes(ContentKind.WINDOW));
        }
    }

    private ZipFile open() throws IOException {
        // Names that are not marked as UTF-8 are in the encoding of some system. Any octets are a name in this one.
        return new ZipFile(file.toFile(), StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads all contents of an archive that {@link #isReadByMember is read so}.
     *
     * @throws IOException with a reason for people if the archive is damaged or exceeds a limit; what came before was read
     * @throws StoreFailure of the sink
     */
    void read(byte[] start, Sink sink) throws IOException, StoreFailure {
        try {
            if (ContentKind.of(start) == ContentKind.GZIP) {
                gunzip(sink);
            } else {
                unzip(sink);
            }
        } catch (LimitFailure limit) {
            throw limit;
        } catch (EOFException incomplete) {
            throw new IOException("the archive is incomplete; what comes before its end was read", incomplete);
        } catch (ZipException damaged) {
            throw new IOException(
                    "the archive is damaged: " + Escapes.printable(String.valueOf(damaged.getMessage()), MAX_NAME)
                            + "; what comes before was read",
                    damaged);
        }
    }

    private void gunzip(Sink sink) throws IOException, StoreFailure {
        try (Counted compressed = new Counted(Files.newInputStream(file));
                InputStream content =
                        new Unpacked(new GZIPInputStream(compressed, ReceiveLimits.BUFFER), compressed::count)) {
            sink.content("", ContentKind.MBOX, content);
        }
    }

    private void unzip(Sink sink) throws IOException, StoreFailure {
        try (ZipFile zip = open()) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.isDirectory()) {
                    continue;
                }
                try (InputStream content = new BufferedInputStream(
                        new Unpacked(zip.getInputStream(entry), entry::getCompressedSize), ReceiveLimits.BUFFER)) {
                    content.mark(ContentKind.WINDOW);
                    ContentKind kind = ContentKind.of(content.readNBytes(ContentKind.WINDOW));
                    content.reset();
                    sink.content(Escapes.printable(entry.getName(), MAX_NAME), kind, content);
                }
            }
        }
    }

    private static final class Counted extends CountedInput {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        void check() {
            // Only its count is of interest.
        }
    }

    /** A content as it is unpacked. */
    private final class Unpacked extends CountedInput {
        private final LongSupplier compressed;

        Unpacked(InputStream in, LongSupplier compressed) {
            super(in);
            this.compressed = compressed;
        }

        @Override
        void check() throws LimitFailure {
            if (limits.exceedsRatio(count(), compressed.getAsLong())) {
                throw new LimitFailure(
                        "unpacking makes more than " + limits.ratio() + " octets of one; what comes before was read");
            }
        }
    }
}
