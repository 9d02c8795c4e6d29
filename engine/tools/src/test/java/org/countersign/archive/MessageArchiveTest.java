package org.countersign.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.countersign.service.FileFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageArchiveTest {
    private static final String SEPARATOR = "From alice@example.org Mon Nov 23 12:00:00 2026\n";

    private static final String MBOX = """
            From alice@example.org Mon Nov 23 12:00:00 2026
            Subject: one

            >From the beginning
            >>From further away
            From here on no date

            From bounces Tue Nov 24 12:00:00 2026
            Subject: two

            text

            """;

    @TempDir
    private Path directory;

    /** Collects what it receives, as text. */
    private static final class Collected implements ArchiveVisitor {
        private final List<StoredMessage> messages = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private int wanted = Integer.MAX_VALUE;

        @Override
        public boolean message(StoredMessage message) {
            messages.add(message);
            return messages.size() < wanted;
        }

        @Override
        public void unreadable(FileFailure failure) {
            failures.addAll(failure.lines());
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }

        List<String> texts() {
            return messages.stream().map(message -> message.content().latin1()).toList();
        }

        List<String> names(Path directory) {
            return messages.stream()
                    .map(message -> message.name().replace(directory + "/", ""))
                    .toList();
        }
    }

    private Path file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static Collected read(boolean recursive, boolean mboxrd, Object... names) throws FileFailure {
        return read(Integer.MAX_VALUE, recursive, mboxrd, names);
    }

    private static Collected read(int wanted, boolean recursive, boolean mboxrd, Object... names) throws FileFailure {
        Collected collected = new Collected();
        collected.wanted = wanted;
        InputStream standardInput = new ByteArrayInputStream("Subject: in\n\n".getBytes(StandardCharsets.US_ASCII));
        MessageArchive archive = MessageArchive.of(
                List.of(names).stream().map(Object::toString).toList(), recursive, mboxrd, standardInput);
        archive.read(collected);
        return collected;
    }

    @Test
    void anMboxFileHasManyMessagesEachWithItsNumber() throws Exception {
        Collected read = read(false, false, file("inbox", MBOX));
        assertThat(read.names(directory)).containsExactly("inbox#1", "inbox#2");
        assertThat(read.texts())
                .containsExactly(
                        "Subject: one\n\n>From the beginning\n>>From further away\nFrom here on no date\n",
                        "Subject: two\n\ntext\n");
        assertThat(read.notes)
                .containsExactly(directory + "/inbox: lines that begin with >From in 1 message were left as they are;"
                        + " if the file has the mboxrd form, --mboxrd restores them");
    }

    @Test
    void theMboxrdFormIsRestoredOnRequest() throws Exception {
        Collected read = read(false, true, file("inbox", MBOX));
        assertThat(read.texts().getFirst())
                .isEqualTo("Subject: one\n\nFrom the beginning\n>From further away\nFrom here on no date\n");
        assertThat(read.notes).singleElement().asString().endsWith("restored, because of --mboxrd");
    }

    /** One message was signed as it is, one before the sign was added, and one not at all. */
    @Test
    void quotedLinesAreRestoredWhereASignatureProvesThatTheyWereAdded() throws Exception {
        String mbox = SEPARATOR + signed("From here\r\n") + "Subject: added\n\n>From here\n\n" + SEPARATOR
                + signed(">From here\r\n") + "Subject: written\n\n>From here\n\n" + SEPARATOR
                + "Subject: unknown\n\n>From here\n";
        Path inbox = file("inbox", mbox);
        Collected read = read(false, false, inbox);
        assertThat(read.texts().stream().map(text -> text.substring(text.indexOf("Subject"))))
                .containsExactly(
                        "Subject: added\n\nFrom here\n",
                        "Subject: written\n\n>From here\n",
                        "Subject: unknown\n\n>From here\n");
        assertThat(read.notes)
                .containsExactly(
                        inbox + ": lines that begin with >From in 1 message were restored, because the hash of a"
                                + " DKIM signature fits only then; those in 2 messages were left as they are; if the file has the"
                                + " mboxrd form, --mboxrd restores them");
        assertThat(read(false, false, inbox + "#1").texts())
                .containsExactly(read.texts().getFirst());
    }

    private static String signed(String body) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.US_ASCII));
        return "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=example.org; s=s1; h=from; bh="
                + Base64.getEncoder().encodeToString(digest) + "; b=AAAA\n";
    }

    @Test
    void oneMessageOfAnMboxFileIsNamedByItsNumber() throws Exception {
        Path inbox = file("inbox", MBOX);
        assertThat(read(false, false, inbox + "#2").names(directory)).containsExactly("inbox#2");
        assertThat(read(false, false, inbox + "#3").failures)
                .containsExactly(inbox + " has 2 messages: there is no message 3");
        file("odd#7", "Subject: odd\n\n");
        assertThat(read(false, false, directory.resolve("odd#7")).texts()).containsExactly("Subject: odd\n\n");
    }

    @Test
    void aMaildirHasItsNewAndCurrentMessagesWithTheirFlags() throws Exception {
        file("mail/cur/2.host:2,RS", "Subject: read\n\n");
        file("mail/new/1.host", "Subject: new\n\n");
        file("mail/tmp/3.host", "Subject: being delivered\n\n");
        file("mail/cur/.hidden", "Subject: hidden\n\n");
        file("mail/.Junk/cur/4.host:2,", "Subject: junk\n\n");
        file("mail/.Junk/new/5.host", "Subject: new junk\n\n");
        Collected read = read(false, false, directory.resolve("mail"));
        assertThat(read.names(directory)).containsExactly("mail/cur/2.host:2,RS", "mail/new/1.host");
        assertThat(read.messages).extracting(StoredMessage::flags).containsExactly("RS", "");
        assertThat(read(true, false, directory.resolve("mail")).messages).hasSize(4);
    }

    @Test
    void otherDirectoriesAreSearchedOnlyOnRequestAndNotThroughLinks() throws Exception {
        file("all/b.eml", "Subject: b\n\n");
        file("all/deeper/a.mbox", MBOX);
        Files.createSymbolicLink(directory.resolve("all/deeper/loop"), directory.resolve("all"));
        assertThatThrownBy(() -> read(false, false, directory.resolve("all")))
                .isInstanceOf(FileFailure.class)
                .hasMessageEndingWith("it is no Maildir: add --recursive to read all files in it and below it");
        assertThat(read(true, false, directory.resolve("all")).names(directory))
                .containsExactly("all/b.eml", "all/deeper/a.mbox#1", "all/deeper/a.mbox#2");
    }

    @Test
    void aFileThatCannotBeReadDoesNotEndTheReading() throws Exception {
        Collected read = read(
                false, false, directory.resolve("missing"), file("empty", ""), file("a.eml", "Subject: a\n\n"), "-");
        assertThat(read.failures)
                .containsExactly(
                        directory + "/missing does not exist: check the name",
                        directory + "/empty is empty: it has no message");
        assertThat(read.texts()).containsExactly("Subject: a\n\n", "Subject: in\n\n");
    }

    @Test
    void theReadingEndsWhenNoMoreIsWanted() throws Exception {
        assertThat(read(1, false, false, file("inbox", MBOX), file("a.eml", "Subject: a\n\n")).messages)
                .hasSize(1);
    }

    @Test
    void theOctetsReadGrowToTheSizeOfTheFiles() throws Exception {
        MessageArchive archive = MessageArchive.of(
                List.of(
                        file("inbox", MBOX).toString(),
                        file("a.eml", "Subject: a\n\n").toString()),
                false,
                false,
                InputStream.nullInputStream());
        archive.read(new Collected());
        assertThat(archive.octetsRead()).isEqualTo(archive.size()).isEqualTo(MBOX.length() + 12L);
        assertThat(archive.files()).isEqualTo(2);
    }
}
