package org.countersign.reports.collect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Who counts: an id that is kept in a file of the spool, and a nonce of this run of the program. With a copied disk two hosts
 * have one id; the nonce tells them apart.
 *
 * @param id 32 hexadecimal digits
 * @param nonce 32 hexadecimal digits
 */
record HostIdentity(String id, String nonce) {
    private static final String FILE = "host-id";
    private static final int OCTETS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Reads the id from its file, or chooses one. */
    static HostIdentity load(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.isRegularFile(file)) {
            String id = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (isId(id)) {
                return new HostIdentity(id, random());
            }
        }
        return create(directory);
    }

    /** Chooses an id and keeps it. */
    static HostIdentity create(Path directory) throws IOException {
        HostIdentity identity = new HostIdentity(random(), random());
        Path temporary = directory.resolve(FILE + ".temporary");
        Files.writeString(temporary, identity.id() + "\n", StandardCharsets.ISO_8859_1);
        Files.move(
                temporary,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return identity;
    }

    private static boolean isId(String text) {
        return text.length() == 2 * OCTETS && text.chars().allMatch(HexFormat::isHexDigit);
    }

    private static String random() {
        byte[] octets = new byte[OCTETS];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    /**
     * A number for a segment. It is random, so that two hosts with one id use different ones. A counter would not do: in a copy of a
     * virtual machine with its memory it goes on with the same numbers. The random numbers of the kernel differ there.
     */
    static long segmentNumber() {
        return RANDOM.nextLong() >>> 1;
    }
}
