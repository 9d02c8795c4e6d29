package org.countersign.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.countersign.archive.StoredMessage;
import org.countersign.syntax.Octets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the name of a file says about a message. */
class StoredFolderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Maildir/cur/1:2,S                  | S | false | false
        Maildir/cur/1:2,RS                 | RS | true | false
        Maildir/.Lists.dev/cur/1:2,S       | S | true | false
        Maildir/.Junk E-mail/cur/1:2,S     | S | false | false
        Maildir/.INBOX.Junk Email/new/1    | '' | false | false
        Maildir/.INBOX.Spam/cur/1:2,S      | S | false | false
        Maildir/.Trash/cur/1:2,RS          | RS | true | false
        Maildir/.sent-mail/cur/1:2,S       | S | false | true
        Maildir/.INBOX.Sent Items/cur/1    | '' | false | true
        Maildir/.INBOX.Gesendet/cur/1:2,S  | S | false | true
        Maildir/.Envoy&AOk-s/cur/1:2,S     | S | false | true
        Maildir/.&AMk-l&AOk-ments envoy&AOk-s/cur/1 | '' | false | true
        Maildir/.Entwürfe/cur/1:2,S   | S | false | true
        Maildir/.Wys&AUI-ane/cur/1:2,S     | S | false | true
        Maildir/.Courrier ind&AOk-sirable/cur/1 | '' | false | false
        Maildir/.Papierkorb/cur/1:2,S      | S | false | false
        Maildir/.R&-D/cur/1:2,S            | S | true | false
        Maildir/.&!-x&/cur/1:2,S           | S | true | false
        Maildir/cur/1:2,D                  | D | false | true
        mail/.Lists/1.eml                  | '' | false | false
        """)
    void itIsWantedOrWrittenByTheUserOrNothingIsKnown(String file, String flags, boolean wanted, boolean own) {
        StoredMessage message =
                new StoredMessage(file, OptionalInt.empty(), Octets.latin1("From: a@example.org\r\n\r\n"), true, flags);
        assertThat(StoredFolder.isWanted(message)).isEqualTo(wanted);
        assertThat(StoredFolder.isOwn(message)).isEqualTo(own);
    }
}
