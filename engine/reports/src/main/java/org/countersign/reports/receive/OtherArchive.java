package org.countersign.reports.receive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Formats of archives and of compressed files that are not opened, by their first octets. Reports come in XML, gzip or ZIP (RFC 9990 §3). */
enum OtherArchive {
    // The magic of POSIX and of GNU, behind name, mode, owner, size, time, checksum, type and link.
    TAR("a tar archive", "tar xf", 257, "ustar"),
    // Behind BZh and the digit of the block size.
    BZIP2("a bzip2 file", "bunzip2", 4, "1AY&SY"),
    XZ("an xz file", "unxz", 0, "\u00fd7zXZ\0"),
    ZSTANDARD("a zstd file", "unzstd", 0, "(\u00b5/\u00fd"),
    COMPRESS("a file of compress", "uncompress", 0, "\u001f\u009d"),
    SEVEN_ZIP("a 7z archive", "7z x", 0, "7z\u00bc\u00af'\u001c"),
    RAR("a RAR archive", "unrar x", 0, "Rar!\u001a\u0007"),
    CABINET("a cabinet file", "cabextract", 0, "MSCF\0\0\0\0");

    private final String title;
    private final String command;
    private final int offset;
    private final String magic;

    /**
     * @param command unpacks the file whose name follows
     * @param magic the octets at the offset, in ISO 8859-1
     */
    OtherArchive(String title, String command, int offset, String magic) {
        this.title = title;
        this.command = command;
        this.offset = offset;
        this.magic = magic;
    }

    /** The format of a content, of which the array has all octets or the first {@link ContentKind#WINDOW}. */
    static Optional<OtherArchive> of(byte[] octets, int length) {
        return Arrays.stream(values())
                .filter(each -> length >= each.offset + each.magic.length()
                        && new String(octets, each.offset, each.magic.length(), StandardCharsets.ISO_8859_1)
                                .equals(each.magic))
                .findFirst();
    }

    /** What it is, and what to do. */
    String problem() {
        return title + ", which is not opened: unpack it (" + command
                + " FILE), and give what was in it to countersign reports receive";
    }
}
