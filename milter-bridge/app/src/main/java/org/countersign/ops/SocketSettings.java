package org.countersign.ops;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.milter.server.SocketPermissions;

/** The section {@code sockets} of the policy file: who may connect to the UNIX-domain sockets of the service. */
final class SocketSettings {
    private static final int OCTAL = 8;
    private static final int MAX_DIGITS = 4;
    private static final int MAX_MODE = 0777;

    private static final ValueType<UserPrincipal> USER = ValueType.of(
            "a user of this system, by name or number", SocketSettings::user, UserPrincipal::getName, "user");
    private static final ValueType<GroupPrincipal> GROUP = ValueType.of(
            "a group of this system, by name or number", SocketSettings::group, GroupPrincipal::getName, "group");
    private static final ValueType<Set<PosixFilePermission>> MODE = ValueType.of(
            "permissions such as 0660", SocketSettings::mode, SocketSettings::octal, "octal, 0000 to 0777");

    static final Section<SocketPermissions> SECTION =
            Section.of("sockets", SocketPermissions.DEFAULT, SocketSettings::read);

    private SocketSettings() {}

    private static SocketPermissions read(SettingReader<SocketPermissions> keys) {
        return new SocketPermissions(
                keys.setting(
                                "owner",
                                "The owner of UNIX-domain sockets that this program opens. Only root can give a socket"
                                        + " to another user.")
                        .optional(USER, "the user of the program"),
                keys.setting(
                                "group",
                                "The group of these sockets. The user of the program must be a member. Sockets that a"
                                        + " service manager passes keep the group that it has given them.")
                        .optional(GROUP, "the group of the program"),
                keys.setting("mode", "The permissions of these sockets. Write permission allows to connect.")
                        .value(MODE, SocketPermissions::mode));
    }

    private static Optional<UserPrincipal> user(String text) {
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(text));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<GroupPrincipal> group(String text) {
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(text));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<Set<PosixFilePermission>> mode(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '7')) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(text, OCTAL);
        if (bits > MAX_MODE) {
            return Optional.empty();
        }
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((bits & bit(permission)) != 0) {
                mode.add(permission);
            }
        }
        return Optional.of(mode);
    }

    private static String octal(Set<PosixFilePermission> mode) {
        String digits = Integer.toOctalString(
                mode.stream().mapToInt(SocketSettings::bit).sum());
        return "0".repeat(MAX_DIGITS - digits.length()) + digits;
    }

    private static int bit(PosixFilePermission permission) {
        return switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 0040;
            case GROUP_WRITE -> 0020;
            case GROUP_EXECUTE -> 0010;
            case OTHERS_READ -> 0004;
            case OTHERS_WRITE -> 0002;
            case OTHERS_EXECUTE -> 0001;
        };
    }
}
