package org.countersign.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.countersign.service.FileAccess.Permission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what with a file of this process. */
class FileAccessTest {
    private static final int STRANGER = 65_533;

    @TempDir
    private Path temp;

    private Path directory;
    private Path file;
    private int group;

    @BeforeEach
    void write() throws IOException {
        permit(temp, "rwxr-xr-x");
        directory = Files.createDirectory(temp.resolve("d"));
        file = Files.writeString(directory.resolve("f"), "");
        permit(directory, "rwxr-x---");
        permit(file, "rw-r-----");
        group = (Integer) Files.getAttribute(file, "unix:gid");
    }

    private static void permit(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static FileAccess of(int user, Integer... groups) {
        return FileAccess.of(new ProcessIdentity(user, Set.of(groups), "mail"));
    }

    @Test
    void aMemberOfTheGroupMayReadAndNotWrite() throws IOException {
        assertThat(of(STRANGER, group).refusal(file, Permission.READ)).isEmpty();
        assertThat(of(STRANGER, group).refusal(file, Permission.WRITE))
                .contains("the user mail may not write to " + file);
    }

    @Test
    void aStrangerMayNotEnterTheDirectory() throws IOException {
        assertThat(of(STRANGER).refusal(file, Permission.READ))
                .contains("the user mail may not enter the directory " + directory.toRealPath());
    }

    @Test
    void theAdviceIsAboutTheDirectoryThatCannotBeEntered() throws IOException {
        ProcessIdentity mail = new ProcessIdentity(STRANGER, Set.of(STRANGER), "mail");
        assertThatThrownBy(() -> FileAccess.requireReadable(Optional.of(mail), file, "key-file"))
                .hasMessageContaining("may not enter the directory " + directory.toRealPath())
                .hasMessageContaining("chgrp mail " + directory.toRealPath())
                .hasMessageNotContaining("chown");
        permit(directory, "rwxr-xr-x");
        assertThatThrownBy(() -> FileAccess.requireReadable(Optional.of(mail), file, "key-file"))
                .hasMessageEndingWith("may not read " + file + ": chown mail " + file
                        + ", or give it to a group of this user (chgrp) that may read it (chmod 640)");
        ProcessIdentity member = new ProcessIdentity(STRANGER, Set.of(group), "mail");
        permit(file, "rw-------");
        assertThatThrownBy(() -> FileAccess.requireReadable(Optional.of(member), file, "key-file"))
                .hasMessageEndingWith("may not read " + file + ": chmod 640 " + file);
    }

    @Test
    void aFileOfRootGetsTheOwnerOfItsDirectoryAndALinkToAnotherFileDoesNotGiveThatAway() throws IOException {
        assumeTrue(Files.getOwner(file).getName().equals("root"), "only root can give files away");
        Files.setAttribute(directory, "unix:uid", STRANGER);
        Path made = Files.writeString(directory.resolve("new"), "");
        Path other = Files.writeString(temp.resolve("other"), "");
        Path link = Files.createSymbolicLink(directory.resolve("link"), other);

        FileAccess.inheritOwner(made);
        FileAccess.inheritOwner(link);

        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(STRANGER);
        assertThat(Files.getAttribute(other, "unix:uid")).isEqualTo(0);
    }

    @Test
    void aFileThatRootHasLeftIsNamedWithItsOwnerAndTheCommandThatGivesItAway() throws IOException {
        assumeTrue(Files.getOwner(file).getName().equals("root"), "only root can make files of root");
        assertThat(of(STRANGER, group).writeRefusalFor(file))
                .contains("the user mail may not write to " + file + ", which belongs to root: chown mail: " + file);
        assertThat(of(STRANGER, group).writeRefusalFor(directory.resolve("new")))
                .contains("the user mail may not write to " + directory + ", which belongs to root: chown mail: "
                        + directory + ", or choose another directory");
        Files.setAttribute(file, "unix:uid", 65_534);
        assertThat(of(STRANGER, group).writeRefusalFor(file).orElse(""))
                .contains("which belongs to " + Files.getOwner(file).getName())
                .endsWith(": run the program as this user");
    }

    @Test
    void theOwnerOfAFileIsToldThePermissionThatIsMissing() throws IOException {
        int owner = (Integer) Files.getAttribute(file, "unix:uid");
        if (owner == ProcessIdentity.ROOT) {
            // Root may do everything, so the files get another owner.
            owner = STRANGER;
            Files.setAttribute(file, "unix:uid", owner);
            Files.setAttribute(directory, "unix:uid", owner);
        }
        permit(file, "---r-----");
        assertThat(of(owner).writeRefusalFor(file).orElse("")).endsWith(": chmod u+w " + file);
        assertThat(of(owner).readRefusalFor(file).orElse("")).endsWith(": chmod u+r " + file);
        permit(directory, "r-xr-x---");
        assertThat(of(owner).writeRefusalWithCommand(directory.resolve("new")).orElse(""))
                .endsWith(": chmod u+rwx " + directory);
        permit(directory, "---r-x---");
        assertThat(of(owner).writeRefusalFor(file).orElse("")).endsWith(": chmod u+rwx " + directory.toRealPath());
    }

    @Test
    void anAdministratorIsToldToGiveAwayAFileOfAnyOtherUser() throws IOException {
        assumeTrue(Files.getOwner(file).getName().equals("root"), "only root can give files away");
        Files.setAttribute(file, "unix:uid", 65_534);
        assertThat(of(STRANGER, group).writeRefusalWithCommand(file).orElse(""))
                .startsWith("the user mail may not write to " + file + ", which belongs to ")
                .endsWith(": chown mail: " + file);
    }

    @Test
    void theUserWhoMayNotReadIsNamedWithTheDirectoryOrTheFile() throws IOException {
        assertThat(of(STRANGER).readRefusalFor(file).orElse(""))
                .startsWith("the user mail may not enter the directory " + directory + ": chgrp mail " + directory);
        permit(directory, "rwxr-xr-x");
        assertThat(of(STRANGER).readRefusalFor(file).orElse(""))
                .startsWith("the user mail may not read " + file + ": chown mail " + file);
        assertThat(of(STRANGER, group).readRefusalFor(file)).isEmpty();
    }

    @Test
    void whatOwnersAndPermissionsAllowHasNoRefusal() {
        assertThat(FileAccess.writeRefusal(file)).isEmpty();
        assertThat(FileAccess.writeRefusal(directory.resolve("new"))).isEmpty();
        assertThat(FileAccess.writeRefusal(directory.resolve("missing/new"))).isEmpty();
    }

    @Test
    void theOwnerHasNoPermissionsOfTheGroup() throws IOException {
        Path own = Files.writeString(temp.resolve("own"), "");
        int user = (Integer) Files.getAttribute(own, "unix:uid");
        if (user == 0) {
            // Root may do everything, so the file gets another owner.
            Files.setAttribute(own, "unix:uid", STRANGER);
            user = STRANGER;
        }
        permit(own, "---r--r--");
        assertThat(of(user, group).refusal(own, Permission.READ)).contains("the user mail may not read " + own);
    }

    @Test
    void rootMayDoEverything() throws IOException {
        permit(file, "---------");
        assertThat(of(0).refusal(file, Permission.WRITE)).isEmpty();
    }

    @Test
    void makingAFileNeedsToEnterAndToWrite() throws IOException {
        assertThat(of(STRANGER, group).creationRefusal(directory))
                .contains("the user mail may not write to " + directory);
        permit(directory, "rwxrwx---");
        assertThat(of(STRANGER, group).creationRefusal(directory)).isEmpty();
        permit(directory, "rwx-w----");
        assertThat(of(STRANGER, group).creationRefusal(directory))
                .contains("the user mail may not enter the directory " + directory);
    }

    @Test
    void anIdentityIsFoundByNameWithItsGroups() {
        assertThat(ProcessIdentity.of("root")).map(ProcessIdentity::isRoot).contains(true);
        assertThat(ProcessIdentity.of("nobody")).map(ProcessIdentity::isRoot).contains(false);
        assertThat(ProcessIdentity.of("no-such-user")).isEmpty();
        assertThat(ProcessIdentity.of("--help")).isEqualTo(Optional.empty());
    }
}
