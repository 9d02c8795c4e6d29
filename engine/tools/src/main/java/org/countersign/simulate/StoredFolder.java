package org.countersign.simulate;

import java.util.List;
import java.util.Set;
import org.countersign.archive.StoredMessage;

/**
 * What the folder and the flags of a Maildir say about a message. The user and the programs of this site set them, never the
 * sender.
 */
final class StoredFolder {
    // The names that mail programs give their folders in the languages of many users; Outlook has the English ones with
    // "e".
    private static final Set<String> JUNK = Set.of(
            "junk",
            "junk email",
            "junk e-mail",
            "bulk mail",
            "spam",
            "trash",
            "deleted",
            "deleted items",
            "deleted messages",
            "quarantine",
            "spamverdacht",
            "papierkorb",
            "gel\u00f6schte objekte",
            "gel\u00f6schte elemente",
            "courrier ind\u00e9sirable",
            "ind\u00e9sirables",
            "pourriel",
            "corbeille",
            "\u00e9l\u00e9ments supprim\u00e9s",
            "correo no deseado",
            "papelera",
            "elementos eliminados",
            "posta indesiderata",
            "cestino",
            "posta eliminata",
            "ongewenste e-mail",
            "ongewenste reclame",
            "prullenbak",
            "verwijderde items",
            "skr\u00e4ppost",
            "papperskorgen",
            "borttaget",
            "lixo",
            "lixo eletr\u00f4nico",
            "lixeira",
            "kosz",
            "wiadomo\u015bci-\u015bmieci");
    private static final Set<String> OWN = Set.of(
            "sent",
            "sent-mail",
            "sent items",
            "sent messages",
            "drafts",
            "templates",
            "outbox",
            "gesendet",
            "gesendete objekte",
            "gesendete elemente",
            "entw\u00fcrfe",
            "postausgang",
            "envoy\u00e9s",
            "messages envoy\u00e9s",
            "\u00e9l\u00e9ments envoy\u00e9s",
            "brouillons",
            "enviados",
            "mensajes enviados",
            "elementos enviados",
            "borradores",
            "inviati",
            "posta inviata",
            "bozze",
            "verzonden",
            "verzonden items",
            "concepten",
            "skickat",
            "skickade",
            "utkast",
            "itens enviados",
            "mensagens enviadas",
            "rascunhos",
            "wys\u0142ane",
            "elementy wys\u0142ane",
            "szkice");

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
        return folder ? FolderName.read(directory.substring(directory.lastIndexOf('.') + 1)) : "";
    }
}
