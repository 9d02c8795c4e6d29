package org.countersign.milter.session;

import java.io.IOException;
import java.util.List;
import org.countersign.milter.wire.MilterReply;

/** Sends replies to a mail server. Thread-safe. */
public interface ReplyChannel {
    /**
     * Sends replies without any other reply between them.
     *
     * @throws IOException if the connection is closed
     */
    void send(List<MilterReply> replies) throws IOException;
}
