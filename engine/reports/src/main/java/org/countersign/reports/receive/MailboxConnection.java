package org.countersign.reports.receive;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.FolderNotFoundException;
import jakarta.mail.Message;
import jakarta.mail.MessageRemovedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.UIDFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.countersign.service.FileFailure;
import org.countersign.service.HostFiles;
import org.countersign.syntax.Escapes;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;

/** A mailbox that is open, by Angus Mail. Messages are read without any change to them, in pieces of 64 KiB. */
final class MailboxConnection implements AutoCloseable {
    private static final String CONNECT_MILLIS = "10000";
    private static final String READ_MILLIS = "60000";
    private static final String PIECE = "65536";
    private static final int MAX_SHOWN = 300;

    private final ImapSettings settings;
    private final String label;
    private final Store server;
    private final IMAPFolder folder;

    private MailboxConnection(ImapSettings settings, String label, Store server, IMAPFolder folder) {
        this.settings = settings;
        this.label = label;
        this.server = server;
        this.folder = folder;
    }

    /** A message in the mailbox. */
    record Item(long uid, long octets, Optional<Instant> received, IMAPMessage message) {
        /** Where to find it, for people. */
        String description() {
            return "UID " + uid + received.map(at -> ", received " + at).orElse("") + ", " + octets + " octets";
        }
    }

    /** The name of the mailbox for people and for the store. */
    static String label(ImapSettings settings) {
        return settings.user().orElse("") + "@" + settings.host().orElse("") + "/" + settings.mailbox();
    }

    /**
     * Connects, logs in, and opens the mailbox.
     *
     * @param policyFile the file that the names of other files are relative to
     */
    static MailboxConnection open(ImapSettings settings, Path policyFile) throws MailboxFailure {
        String label = label(settings);
        Store server = connect(settings, policyFile, label);
        try {
            Folder folder = server.getFolder(settings.mailbox());
            folder.open(settings.then() == ImapSettings.Then.LEAVE ? Folder.READ_ONLY : Folder.READ_WRITE);
            return new MailboxConnection(settings, label, server, (IMAPFolder) folder);
        } catch (MessagingException problem) {
            closeQuietly(server);
            throw failure(label, problem);
        }
    }

    private static Store connect(ImapSettings settings, Path policyFile, String label) throws MailboxFailure {
        boolean tls = settings.security() == ImapSettings.Security.TLS;
        String protocol = tls ? "imaps" : "imap";
        String prefix = "mail." + protocol + ".";
        Properties properties = new Properties();
        properties.setProperty(prefix + "connectiontimeout", CONNECT_MILLIS);
        properties.setProperty(prefix + "timeout", READ_MILLIS);
        properties.setProperty(prefix + "writetimeout", READ_MILLIS);
        properties.setProperty(prefix + "fetchsize", PIECE);
        properties.setProperty(prefix + "peek", "true");
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        if (settings.security() == ImapSettings.Security.STARTTLS) {
            properties.setProperty(prefix + "starttls.enable", "true");
            properties.setProperty(prefix + "starttls.required", "true");
        }
        try {
            if (settings.caFile().isPresent()) {
                Path file = policyFile.resolveSibling(settings.caFile().get());
                properties.put(prefix + "ssl.socketFactory", trusting(file));
                // Otherwise a certificate that this factory refuses is tried with the authorities of the Java runtime.
                properties.setProperty(prefix + "socketFactory.fallback", "false");
            }
            Store server = Session.getInstance(properties).getStore(protocol);
            server.connect(
                    settings.host().orElseThrow(),
                    settings.port().orElse(-1),
                    settings.user().orElse(""),
                    password(settings, policyFile));
            return server;
        } catch (MessagingException problem) {
            throw failure(label, problem);
        } catch (FileFailure unreadable) {
            throw new MailboxFailure(label + " cannot be read: " + String.join("; ", unreadable.lines()));
        }
    }

    private static String password(ImapSettings settings, Path policyFile) throws FileFailure {
        return HostFiles.readSecret(
                        policyFile, settings.passwordFile().orElse(""), "reports.receive.imap.password-file")
                .utf8()
                .strip();
    }

    private static SSLSocketFactory trusting(Path file) throws FileFailure, MailboxFailure {
        String named = "reports.receive.imap.ca-file: " + file;
        try (InputStream in = HostFiles.open(file, named)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca" + trusted.size(), certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException broken) {
            throw new MailboxFailure(named + " has no certificates that can be used: "
                    + Escapes.printable(String.valueOf(broken.getMessage()), MAX_SHOWN));
        }
    }

    private static Throwable deepest(Throwable problem) {
        Throwable deepest = problem;
        Optional<Throwable> cause = Optional.ofNullable(problem.getCause());
        while (cause.isPresent()) {
            deepest = cause.get();
            cause = Optional.ofNullable(deepest.getCause());
        }
        return deepest;
    }

    private static MailboxFailure failure(String label, Exception problem) {
        Throwable deepest = deepest(problem);
        String text = Escapes.printable(String.valueOf(deepest.getMessage()), MAX_SHOWN);
        String advice = switch (problem) {
            case AuthenticationFailedException refused -> ": check reports.receive.imap.user and password-file";
            case FolderNotFoundException missing -> ": check reports.receive.imap.mailbox and move-to";
            default -> advice(deepest);
        };
        return new MailboxFailure("mailbox " + label + " cannot be read: " + text + advice);
    }

    private static String advice(Throwable deepest) {
        return switch (deepest) {
            case CertPathBuilderException untrusted ->
                ": no authority that Java trusts has signed the certificate of the server: name the file of its"
                        + " certificate or of its authority in reports.receive.imap.ca-file";
            case GeneralSecurityException other ->
                ": the certificate of the server must name reports.receive.imap.host, see ca-file";
            default -> ": check that the server runs, and reports.receive.imap.host, port and security";
        };
    }

    long validity() throws MailboxFailure {
        try {
            return folder.getUIDValidity();
        } catch (MessagingException problem) {
            throw failure(label, problem);
        }
    }

    /**
     * The next messages in the order of their UIDs.
     *
     * @param after the UID before that of the first one
     * @param max how many at most
     */
    List<Item> next(long after, int max) throws MailboxFailure {
        try {
            int total = folder.getMessageCount();
            for (int first = firstBehind(after, total); first <= total; first += max) {
                Message[] messages = folder.getMessages(first, Math.min(total, first + max - 1));
                List<Item> items = items(messages, after);
                // All of them may have been removed.
                if (!items.isEmpty()) {
                    return items;
                }
            }
            return List.of();
        } catch (MessagingException problem) {
            throw failure(label, problem);
        }
    }

    /**
     * The number of the first message with a greater UID. UIDs have gaps of any length, so that no range of them has a known
     * number of messages. Numbers of messages have none, and are in the order of the UIDs.
     */
    private int firstBehind(long uid, int total) throws MessagingException {
        int low = 1;
        int high = total + 1;
        while (low < high) {
            int middle = low + (high - low) / 2;
            int present = middle;
            OptionalLong found = uid(present);
            while (found.isEmpty() && present + 1 < high) {
                present++;
                found = uid(present);
            }
            if (found.isEmpty() || found.getAsLong() > uid) {
                high = middle;
            } else {
                low = present + 1;
            }
        }
        return low;
    }

    /** Empty if the message was removed. */
    private OptionalLong uid(int number) throws MessagingException {
        try {
            long uid = folder.getUID(folder.getMessage(number));
            return uid > 0 ? OptionalLong.of(uid) : OptionalLong.empty();
        } catch (MessageRemovedException removed) {
            return OptionalLong.empty();
        }
    }

    private List<Item> items(Message[] messages, long after) throws MessagingException {
        Message[] present =
                Arrays.stream(messages).filter(message -> !message.isExpunged()).toArray(Message[]::new);
        FetchProfile profile = new FetchProfile();
        profile.add(UIDFolder.FetchProfileItem.UID);
        profile.add(FetchProfile.Item.SIZE);
        profile.add(IMAPFolder.FetchProfileItem.INTERNALDATE);
        folder.fetch(present, profile);
        List<Item> items = new ArrayList<>();
        for (Message message : present) {
            long uid = folder.getUID(message);
            if (uid > after && message instanceof IMAPMessage imap) {
                items.add(item(uid, imap));
            }
        }
        return items;
    }

    private static Item item(long uid, IMAPMessage message) throws MessagingException {
        return new Item(
                uid,
                message.getSize(),
                Optional.ofNullable(message.getReceivedDate()).map(Date::toInstant),
                message);
    }

    /** The message with this UID, if it is still there. */
    Optional<Item> find(long uid) throws MailboxFailure {
        try {
            Message message = folder.getMessageByUID(uid);
            return message instanceof IMAPMessage imap ? Optional.of(item(uid, imap)) : Optional.empty();
        } catch (MessagingException problem) {
            throw failure(label, problem);
        }
    }

    /**
     * Reads a message.
     *
     * @param max how many octets at most
     * @return empty if it was removed meanwhile
     */
    Optional<byte[]> read(Item item, int max) throws MailboxFailure {
        item.message().setPeek(true);
        try (InputStream in = item.message().getMimeStream()) {
            return Optional.of(in.readNBytes(max));
        } catch (MessageRemovedException removed) {
            return Optional.empty();
        } catch (MessagingException | IOException problem) {
            if (item.message().isExpunged()) {
                return Optional.empty();
            }
            throw failure(label, problem);
        } finally {
            item.message().invalidateHeaders();
        }
    }

    /** Does to a message what the settings say, once its reports are in the store. */
    void settle(Item item) throws MailboxFailure {
        Message[] messages = {item.message()};
        try {
            switch (settings.then()) {
                case LEAVE -> {}
                case SEEN -> item.message().setFlag(Flags.Flag.SEEN, true);
                case MOVE -> move(messages);
                case DELETE -> {
                    item.message().setFlag(Flags.Flag.DELETED, true);
                    folder.expunge(messages);
                }
            }
        } catch (MessageRemovedException removed) {
            // Another program was faster.
        } catch (MessagingException problem) {
            throw failure(label, problem);
        }
    }

    private void move(Message[] messages) throws MessagingException {
        Folder target = server.getFolder(settings.moveTo().orElseThrow());
        if (server instanceof IMAPStore imap && imap.hasCapability("MOVE")) {
            folder.moveMessages(messages, target);
        } else {
            folder.copyMessages(messages, target);
            folder.setFlags(messages, new Flags(Flags.Flag.DELETED), true);
            folder.expunge(messages);
        }
    }

    private static void closeQuietly(Store server) {
        try {
            server.close();
        } catch (MessagingException broken) {
            // Nothing is left to close.
        }
    }

    @Override
    public void close() {
        // Without this, closing the folder could expunge messages that others have marked.
        try {
            if (folder.isOpen()) {
                folder.close(false);
            }
        } catch (MessagingException broken) {
            // The connection is closed next.
        }
        closeQuietly(server);
    }
}
