package org.countersign.milter.server;

import java.io.IOException;

/** The file of a UNIX-domain socket cannot be made as it should be. The message says why, and what to do. */
final class SocketFileException extends IOException {
    private static final long serialVersionUID = 1;

    SocketFileException(String message) {
        super(message);
    }

    SocketFileException(String message, IOException cause) {
        super(message, cause);
    }
}
