package org.countersign.smtp;

/**
 * Takes a message as it arrives: every header field in order, the end of the header section, the body in
 * pieces of any size. Not for several threads at once.
 */
public interface MessageSink {
    void header(HeaderField field);

    /** The empty line behind the header section; exactly once, also for a message without a body. */
    void endOfHeaders();

    /**
     * A piece of the body with CRLF line ends; pieces may be cut anywhere, between CR and LF too. The array
     * is not kept or changed.
     */
    void body(byte[] octets, int offset, int length);
}
