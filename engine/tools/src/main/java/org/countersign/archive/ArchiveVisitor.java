package org.countersign.archive;

import org.countersign.service.FileFailure;

/** Receives the messages of an archive, one after the other. */
public interface ArchiveVisitor {
    /**
     * Receives a message.
     *
     * @return whether more are wanted
     */
    boolean message(StoredMessage message);

    /** A file cannot be read. The next one is read. */
    void unreadable(FileFailure failure);

    /** An observation about a file that the user should know, one line in printable US-ASCII. */
    void note(String line);
}
