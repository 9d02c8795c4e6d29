package org.countersign.ops.system;

/** What happened to a datagram. */
public sealed interface SendResult {
    /** The receiver's queue has it. */
    record Sent() implements SendResult {}

    /** The receiver's queue is full at the moment. The datagram was not sent. */
    record WouldBlock() implements SendResult {}

    /** The datagram is larger than the operating system sends at once. It was not sent. */
    record TooLong() implements SendResult {}

    /**
     * There is no receiver, or it cannot be reached. The datagram was not sent; a later one may be.
     *
     * @param reason a clause for an error message, such as {@code no such file or directory}
     */
    record Unreachable(String reason) implements SendResult {}
}
