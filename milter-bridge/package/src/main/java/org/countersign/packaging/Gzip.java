package org.countersign.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses as {@code gzip -9n} does, with a header that says so and has no time. */
final class Gzip {
    // RFC 1952 §2.3.1: the field XFL, where 2 is the best compression.
    private static final int EXTRA_FLAGS = 8;
    private static final byte BEST_COMPRESSION = 2;

    private Gzip() {}

    static byte[] compress(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(content);
        }
        byte[] compressed = out.toByteArray();
        compressed[EXTRA_FLAGS] = BEST_COMPRESSION;
        return compressed;
    }
}
