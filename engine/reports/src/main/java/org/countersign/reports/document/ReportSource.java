package org.countersign.reports.document;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Gives the octets of a document from the start, unpacked. A broken document is read twice, so that it need not be held in
 * memory.
 */
@FunctionalInterface
public interface ReportSource {
    /** Opens the document. The reader closes the stream. */
    InputStream open() throws IOException;

    /** A document in memory. */
    static ReportSource of(byte[] octets) {
        return () -> new ByteArrayInputStream(octets);
    }
}
