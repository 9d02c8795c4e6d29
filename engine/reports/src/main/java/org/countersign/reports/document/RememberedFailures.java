package org.countersign.reports.document;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.List;

/** Keeps the failure of the reader below a parser, since the parser reports it as an error in the document. */
final class RememberedFailures extends FilterReader {
    private List<IOException> failures = List.of();

    RememberedFailures(Reader in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
        try {
            return in.read(buffer, from, length);
        } catch (IOException e) {
            failures = List.of(e);
            throw e;
        }
    }

    /** The parser closes what it has read, but another report may follow in the same document. */
    @Override
    public void close() {
        // Who has opened the document closes it.
    }

    /** Throws the failure, unless it is that of octets in another encoding, which are an error in the document. */
    void rethrow() throws IOException {
        for (IOException failure : failures) {
            if (!(failure instanceof CharacterCodingException)) {
                throw failure;
            }
        }
    }
}
