package org.countersign.simulate;

import java.util.List;
import org.countersign.archive.StoredMessage;
import org.countersign.syntax.Ascii;

/**
 * What the folder and the flags of a Maildir say about a message. The user and the programs of this site set them, never the
 * sender.
 */
final class StoredFolder {
    // The names that mail programs give their folders; Outlook has the two with "e".
    private static final List<String> JUNK = List.of(
            "junk",
            "junk email",
            "junk e-mail",
            "bulk mail",
            "spam",
            "trash",
            "deleted",
            "deleted items",
            "deleted messages",
            "quarantine");
    private static final List<String> OWN =
            List.of("sent", "sent-mail", "sent items", "sent messages", "drafts", "templates", "outbox");

    private StoredFolder() {}

    /** Whether the user answered, forwarded or marked the message. */
    static boolean isAnswered(StoredMessage message) {
        return message.flags().chars().anyMatch(flag -> flag == 'R' || flag == 'P' || flag == 'F');
    }

    /** Whether the message is probably wanted: answered, or filed in a folder that is not for junk. */
    static boolean isWanted(StoredMessage message) {
        String folder = folder(message);
        return isAnswered(message) || (!folder.isEmpty() && !JUNK.contains(folder) && !OWN.contains(folder));
    }

    /** Whether the user wrote the message: a draft, or a copy of what was sent. */
    static boolean isOwn(StoredMessage message) {
        return message.flags().indexOf('D') >= 0 || OWN.contains(folder(message));
    }

    /** The name of the Maildir++ folder in lower case; empty for the inbox and outside Maildirs. */
    private static String folder(StoredMessage message) {
        List<String> names = List.of(message.file().split("/", -1));
        int part = names.size() - 2;
        boolean maildir =
                part >= 1 && (names.get(part).equals("cur") || names.get(part).equals("new"));
        String directory = maildir ? names.get(part - 1) : "";
        boolean folder = directory.length() > 1 && directory.startsWith(".") && !directory.equals("..");
        // Folders below others: .Lists.dev
        return folder ? Ascii.lower(directory.substring(directory.lastIndexOf('.') + 1)) : "";
    }
}
