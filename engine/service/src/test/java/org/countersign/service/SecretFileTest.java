package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.countersign.service.FileFailure.Reason;
import org.countersign.syntax.Octets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose the file is that holds a secret, and who else could reach it. */
@Timeout(240)
class SecretFileTest {
    private static final int NOBODY = 65_534;

    @TempDir
    private Path temp;

    private Path directory;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        directory = Files.createDirectory(temp.resolve("keys"));
        file = Files.writeString(directory.resolve("k.pem"), "secret");
        permit(file, "rw-------");
        permit(directory, "rwx------");
    }

    private static void permit(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static int user() throws IOException {
        return ProcessIdentity.current().orElseThrow().user();
    }

    /** A service that does not run as root and is in these groups. */
    private static ProcessIdentity service(int user, Integer... groups) {
        return new ProcessIdentity(user, Set.of(groups), "countersign");
    }

    private static Octets read(Path path, ProcessIdentity process) throws FileFailure {
        return HostFiles.readSecret(path, "key", Optional.of(process));
    }

    private static FileFailure refusal(Path path, ProcessIdentity process) {
        FileFailure failure = catchThrowableOfType(FileFailure.class, () -> read(path, process));
        assertThat(failure).isNotNull();
        assertThat(failure.lines()).hasSize(1);
        return failure;
    }

    private static FileFailure refusal(Path path) throws IOException {
        return refusal(path, ProcessIdentity.current().orElseThrow());
    }

    @Test
    void aFileOfTheProcessIsRead() throws Exception {
        assertThat(HostFiles.readSecret(file, "key")).isEqualTo(Octets.utf8("secret"));
    }

    @Test
    void aFileOfRootThatTheGroupOfTheServiceReadsIsRead() throws Exception {
        assumeTrue(user() == ProcessIdentity.ROOT, "only root can give a file away");
        Files.setAttribute(file, "unix:gid", 4711);
        permit(file, "rw-r-----");
        assertThat(read(file, service(1234, 4711))).isEqualTo(Octets.utf8("secret"));
        assertThat(refusal(file, service(1234, 4712)).lines().getFirst())
                .startsWith("key can be read by the group 4711, which countersign is not in, so it is refused:")
                .endsWith("so it is refused: chown countersign " + file + " and chmod 600 " + file);
    }

    @Test
    void theCommandThatClosesAFileLeavesItToTheService() throws IOException {
        assumeTrue(user() == ProcessIdentity.ROOT, "only root can give a file away");
        permit(file, "rw-r--r--");
        Files.setAttribute(file, "unix:gid", 4711);
        String refused = "key is open to every user of this machine, so it is refused: ";
        String both = "chown countersign " + file + " and chmod 600 " + file;
        assertThat(refusal(file, service(1234, 4711)).lines()).containsExactly(refused + "chmod 640 " + file);
        assertThat(refusal(file, service(1234)).lines()).containsExactly(refused + both);
        assertThat(refusal(file).lines())
                .containsExactly(refused + "chmod 600 " + file + " (640 where the service reads it through its group)");
        Files.setAttribute(file, "unix:uid", 1234);
        assertThat(refusal(file, service(1234)).lines()).containsExactly(refused + "chmod 600 " + file);
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        assumeTrue(user() == ProcessIdentity.ROOT, "only root can give a file away");
        Files.setAttribute(file, "unix:uid", NOBODY);
        assertThat(refusal(file).reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refusal(file).lines().getFirst())
                .startsWith("key belongs to the user nobody, and not to root, so it is refused: ")
                .endsWith(
                        "chown root:GROUP " + file + " and chmod 640 " + file + ", where GROUP is that of the service");
        assertThat(refusal(file, service(1234)).lines().getFirst()).endsWith("chown countersign " + file);
    }

    @Test
    void aDirectoryThatEverybodyCanChangeIsRefusedUnlessItIsSticky() throws Exception {
        permit(directory, "rwxrwxrwx");
        assertThat(refusal(file).reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refusal(file).lines().getFirst())
                .isEqualTo("key lies in " + directory.toRealPath() + ", which every user of this machine can change, so"
                        + " it is refused: chmod o-w " + directory.toRealPath());
        Files.setAttribute(directory, "unix:mode", 01777);
        assertThat(HostFiles.readSecret(file, "key")).isEqualTo(Octets.utf8("secret"));
    }

    @Test
    void aDirectoryFurtherUpThatEverybodyCanChangeIsRefused() throws IOException {
        permit(temp, "rwxrwxrwx");
        assertThat(refusal(file).lines().getFirst()).endsWith("chmod o-w " + temp.toRealPath());
    }

    @Test
    void aDirectoryOfAnotherGroupOrUserIsRefused() throws IOException {
        assumeTrue(user() == ProcessIdentity.ROOT, "only root can give a directory away");
        Files.setAttribute(directory, "unix:gid", 4711);
        permit(directory, "rwxrwx---");
        assertThat(refusal(file).lines().getFirst())
                .contains("which its group 4711 can change")
                .endsWith("chmod g-w " + directory.toRealPath());
        Files.setAttribute(directory, "unix:uid", NOBODY);
        permit(directory, "rwx------");
        assertThat(refusal(file).lines().getFirst())
                .contains("which belongs to the user nobody, and not to root")
                .endsWith("chown root " + directory.toRealPath());
    }

    @Test
    void bothEndsOfALinkAreLookedAt() throws Exception {
        Path open = Files.createDirectory(temp.resolve("open"));
        permit(open, "rwxrwxrwx");
        Path link = Files.createSymbolicLink(open.resolve("link.pem"), file);
        assertThat(refusal(link).lines().getFirst()).endsWith("chmod o-w " + open);
        permit(open, "rwx------");
        assertThat(HostFiles.readSecret(link, "key")).isEqualTo(Octets.utf8("secret"));
        permit(directory, "rwxrwxrwx");
        assertThat(refusal(link).lines().getFirst()).endsWith("chmod o-w " + directory.toRealPath());
    }

    @Test
    void aDirectoryIsCalledOne() throws IOException {
        assertThat(refusal(directory).lines()).containsExactly("key is a directory: name a file in it");
        Path link = Files.createSymbolicLink(temp.resolve("link"), directory);
        assertThat(refusal(link).lines()).containsExactly("key leads to a directory: name a file in it");
    }

    @Test
    void aNamedPipeIsNotWaitedFor() throws Exception {
        Path fifo = temp.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", fifo.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(refusal(fifo).reason()).isEqualTo(Reason.INVALID);
        assertThat(refusal(fifo).lines())
                .containsExactly("key is a named pipe (FIFO) and not a file: put the contents into a regular file and"
                        + " name that");
        Path link = Files.createSymbolicLink(temp.resolve("link"), fifo);
        assertThat(refusal(link).lines().getFirst()).startsWith("key leads to a named pipe (FIFO) and not a file: ");
        FileFailure table = catchThrowableOfType(FileFailure.class, () -> HostFiles.readRegular(fifo, "table", 100));
        assertThat(table.lines().getFirst()).startsWith("table is a named pipe (FIFO)");
    }

    @Test
    void aDeviceAndASocketAreNotRead() throws IOException {
        assertThat(refusal(Path.of("/dev/zero")).lines().getFirst()).startsWith("key is a device and not a file: ");
        Path socket = temp.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertThat(refusal(socket).lines().getFirst()).startsWith("key is a socket and not a file: ");
        }
    }
}
