package org.countersign.smtp;

/**
 * Receives a message in parts: every header field in order, the end of the header section, and the body in pieces of any
 * size. Not thread-safe.
 */
public interface MessageSink {
    /** The next header field. */
    void header(HeaderField field);

    /** The end of the header section. Called exactly once, also for a message without a body. */
    void endOfHeaders();

    /**
     * The next piece of the body, with CRLF line ends. A piece can end anywhere, even between CR and LF. The receiver
     * neither keeps nor changes the array.
     */
    void body(byte[] octets, int offset, int length);
}
