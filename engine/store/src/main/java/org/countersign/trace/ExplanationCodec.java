package org.countersign.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;

/**
 * The stored form of an explanation: an octet with the number of a dictionary, and its JSON compressed with this
 * dictionary (zlib, RFC 1950, with its checksum). One explanation is too short to be compressed well by itself: the
 * dictionary has the keys and the words that occur in most of them. A dictionary is never changed after a release. For
 * one thread.
 */
final class ExplanationCodec implements AutoCloseable {
    /** The largest JSON that is read; {@link BoundedTree} writes less. */
    static final int MAX_JSON = 4 << 20;
    /** More than any explanation has when it is compressed. */
    static final int MAX_STORED = 1 << 20;

    private static final int DICTIONARY = 1;
    private static final int BUFFER = 8192;

    private final byte[] dictionary = dictionary(DICTIONARY);
    private final Deflater deflater = new Deflater();

    private static byte[] dictionary(int number) {
        String name = "dictionary-" + number + ".json";
        try (InputStream in = Objects.requireNonNull(ExplanationCodec.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(name, broken);
        }
    }

    byte[] encode(Explanation.Group tree) {
        byte[] json = ExplanationJson.toBytes(tree);
        ByteArrayOutputStream stored = new ByteArrayOutputStream(BUFFER);
        stored.write(DICTIONARY);
        deflater.reset();
        deflater.setDictionary(dictionary);
        deflater.setInput(json);
        deflater.finish();
        byte[] buffer = new byte[BUFFER];
        while (!deflater.finished()) {
            stored.write(buffer, 0, deflater.deflate(buffer));
        }
        return stored.toByteArray();
    }

    /**
     * Reads the stored form.
     *
     * @throws IOException if it is damaged, is too large, or has a dictionary of a newer version
     */
    static Explanation.Group decode(byte[] stored) throws IOException {
        if (stored.length == 0 || stored[0] != DICTIONARY) {
            throw new IOException("it is in a form that this version does not know");
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored, 1, stored.length - 1);
            return ExplanationJson.read(inflate(inflater));
        } catch (DataFormatException | IllegalArgumentException damaged) {
            throw new IOException("it is damaged: " + damaged.getMessage(), damaged);
        } finally {
            inflater.end();
        }
    }

    private static byte[] inflate(Inflater inflater) throws DataFormatException, IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        while (!inflater.finished()) {
            int octets = inflater.inflate(buffer);
            if (octets == 0 && inflater.needsDictionary()) {
                inflater.setDictionary(dictionary(DICTIONARY));
            } else if (octets == 0) {
                throw new IOException("it is damaged: it ends early");
            }
            json.write(buffer, 0, octets);
            if (json.size() > MAX_JSON) {
                throw new IOException("it is too large");
            }
        }
        return json.toByteArray();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
