package org.countersign.web.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.countersign.service.HostFiles;

/**
 * The secret of the web page: 256 random bits in a file that only its owner can read. Tickets and sessions are made of it,
 * so that the secret itself is in no URL and no cookie. A new file ends all sessions.
 */
public final class AccessToken {
    /** How long a ticket is good. It is in a URL, which may be seen by others later. */
    public static final Duration TICKET_AGE = Duration.ofMinutes(2);

    /** How long a session is good. */
    public static final Duration SESSION_AGE = Duration.ofHours(12);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int OCTETS = 32;
    private static final int NONCE_OCTETS = 12;
    private static final int MIN_LENGTH = 32;
    private static final int MAX_LENGTH = 1024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final String secret;

    private AccessToken(String secret) {
        this.secret = secret;
    }

    /**
     * Reads the token, and creates its file first if it does not exist.
     *
     * @throws IOException with a message for people, if there is no usable token
     */
    public static AccessToken readOrCreate(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, random(OCTETS) + "\n", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException ordinary) {
            // It is read below.
        } catch (IOException failure) {
            throw new IOException("http.token-file: " + HostFiles.writeProblem(file, failure), failure);
        }
        return read(file);
    }

    /**
     * Reads the token.
     *
     * @throws IOException with a message for people, if there is no usable token
     */
    public static AccessToken read(Path file) throws IOException {
        String text;
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
            text = Files.size(file) > MAX_LENGTH
                    ? ""
                    : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException failure) {
            throw new IOException(
                    "cannot read the token file " + file + " (" + failure
                            + "): only the user of the service and root can, and the service creates it when it starts"
                            + " with http.web",
                    failure);
        }
        permissions.retainAll(OTHERS);
        if (!permissions.isEmpty()) {
            throw new IOException("other users can read or write the token file " + file + ": run chmod 600 " + file);
        }
        if (text.length() < MIN_LENGTH) {
            throw new IOException("the token file " + file + " has no token of " + MIN_LENGTH + " to " + MAX_LENGTH
                    + " characters: remove it and restart the service, which creates a new one");
        }
        return new AccessToken(text);
    }

    private static String random(int octets) {
        byte[] bits = new byte[octets];
        new SecureRandom().nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** Whether a text is the token. Takes the same time for every wrong one. */
    boolean is(String text) {
        return same(secret, text);
    }

    /** A text that opens the page once, soon. */
    public String ticket(Instant now) {
        return signed("ticket", now.plus(TICKET_AGE).getEpochSecond() + "." + random(NONCE_OCTETS));
    }

    boolean isTicket(String text, Instant now) {
        return isValid("ticket", text, now);
    }

    /** The value of the cookie. */
    String session(Instant now) {
        return signed("session", now.plus(SESSION_AGE).getEpochSecond() + "." + random(NONCE_OCTETS));
    }

    boolean isSession(String text, Instant now) {
        return isValid("session", text, now);
    }

    /**
     * What the forms of a page send back, so that no other site can make a browser send them.
     *
     * @param user whose page it is
     */
    String form(String user, Instant now) {
        return signed(formUse(user), now.plus(SESSION_AGE).getEpochSecond() + "." + random(NONCE_OCTETS));
    }

    boolean isForm(String text, String user, Instant now) {
        return isValid(formUse(user), text, now);
    }

    /** With the length of the name, so that no name can be read as another one and a part of the token. */
    private static String formUse(String user) {
        return "form " + user.length() + " " + user;
    }

    private String signed(String use, String content) {
        return content + "." + mac(use, content);
    }

    private boolean isValid(String use, String text, Instant now) {
        int end = text.lastIndexOf('.');
        int dot = text.indexOf('.');
        if (dot <= 0 || end <= dot || !same(mac(use, text.substring(0, end)), text.substring(end + 1))) {
            return false;
        }
        // It is our own text, so it is a number.
        return now.getEpochSecond() < Long.parseLong(text.substring(0, dot));
    }

    private String mac(String use, String content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] bits = mac.doFinal((use + " " + content).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, impossible);
        }
    }

    private static boolean same(String expected, String text) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    }
}
