package org.countersign;

import org.countersign.smtp.HeaderField;

/** A message that passes through unchanged. Its content is ignored. */
final class PassThroughSession implements MessageSession {
    private final MessageOutcome.PassedThrough outcome;

    PassThroughSession(MessageOutcome.PassedThrough.Reason reason) {
        this.outcome = new MessageOutcome.PassedThrough(reason);
    }

    @Override
    public void recipient(String address) {}

    @Override
    public void header(HeaderField field) {}

    @Override
    public void endOfHeaders() {}

    @Override
    public void body(byte[] octets, int offset, int length) {}

    @Override
    public MessageOutcome conclude() {
        return outcome;
    }

    @Override
    public void close() {}
}
