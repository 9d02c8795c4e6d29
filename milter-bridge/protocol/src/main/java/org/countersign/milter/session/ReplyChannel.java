package org.countersign.milter.session;

import java.io.IOException;
import java.util.List;
import org.countersign.milter.wire.MilterReply;

/** The way back to a mail server; takes calls from several threads. */
public interface ReplyChannel {
    /**
     * Sends these replies, nothing between them.
     *
     * @throws IOException when the connection is gone
     */
    void send(List<MilterReply> replies) throws IOException;
}
