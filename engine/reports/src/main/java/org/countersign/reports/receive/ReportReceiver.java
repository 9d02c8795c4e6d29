package org.countersign.reports.receive;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.countersign.domain.DomainName;
import org.countersign.reports.document.AggregateReportReader;
import org.countersign.reports.receive.MessageReports.DocumentReader;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;

/**
 * Takes messages and files, and puts the reports in them into the store. The reports of one message are written in one
 * transaction, so a message can be given again after any failure. For one thread.
 */
public final class ReportReceiver implements AutoCloseable {
    /** The maximum size of a message and of a file in octets; of a larger one, one octet more is enough. */
    public static final int MAX_SIZE = ReceiveLimits.DEFAULT.message();

    private final StoreLocation location;
    private final ReceiveSettings settings;
    private final Predicate<DomainName> ours;
    private final MessageAuthenticator authenticator;
    private final Bounces bounces;
    private final InstantSource clock;
    private final DocumentReader reader;
    private Optional<Store> open = Optional.empty();

    /** Takes mail that came back to the envelope sender of one of our own reports. */
    @FunctionalInterface
    public interface Bounces {
        /** Notes a bounce, and tells whether the recipient is such an address. */
        boolean accept(Store store, String recipient) throws StoreFailure;
    }

    /** Who gives a message or a file. */
    public enum Door {
        /** A mail server or a mailbox: strangers send. */
        MAIL,
        /** The operator, who knows where it is from. No limit of a day applies. */
        HAND
    }

    /** More to write in the transaction of a message. */
    @FunctionalInterface
    interface Note {
        Note NONE = store -> {};

        void write(Store store) throws SQLException;
    }

    /**
     * @param location the store, which is opened for the first message
     * @param ours whether reports about a policy domain are wanted
     * @param authenticator finds out who sent a message
     * @param bounces takes mail to the envelope senders of reports
     */
    public ReportReceiver(
            StoreLocation location,
            ReceiveSettings settings,
            Predicate<DomainName> ours,
            MessageAuthenticator authenticator,
            Bounces bounces,
            InstantSource clock) {
        this(
                location,
                settings,
                ours,
                authenticator,
                bounces,
                clock,
                new AggregateReportReader(settings.documentLimits(), clock)::read);
    }

    ReportReceiver(
            StoreLocation location,
            ReceiveSettings settings,
            Predicate<DomainName> ours,
            MessageAuthenticator authenticator,
            Bounces bounces,
            InstantSource clock,
            DocumentReader reader) {
        this.location = location;
        this.settings = settings;
        this.ours = ours;
        this.authenticator = authenticator;
        this.bounces = bounces;
        this.clock = clock;
        this.reader = reader;
    }

    /**
     * Takes a message.
     *
     * @param message with line ends of any kind; more than {@link #MAX_SIZE} octets are refused
     * @param recipients those of the envelope, where they are known; those of the header are added
     * @return what became of each thing in it; when this returns, everything is in the store
     * @throws StoreFailure if the store cannot be used, so that the message must be kept and given again
     */
    public List<Outcome> message(byte[] message, List<String> recipients, Door door) throws StoreFailure {
        return message(message, recipients, door, Note.NONE);
    }

    /**
     * Takes what a mail server gives on standard input. What has no header section comes from the operator.
     *
     * @throws StoreFailure if the store cannot be used, so that the message must be kept and given again
     */
    public List<Outcome> pipe(byte[] content, List<String> recipients) throws StoreFailure {
        return switch (ContentKind.of(content)) {
            case XML, GZIP, ZIP, OTHER_ARCHIVE -> file("standard input", content, recipients);
            default -> message(MessageStart.removedFrom(content), recipients, Door.MAIL);
        };
    }

    /**
     * Takes a message from a mail server that keeps the results of its checks itself. No field of the message is believed that
     * names this system: if the message was not checked, anybody can have written it.
     *
     * @param recipients those of the envelope; those of the header are added
     * @param checked who sent it, as was found when it came; empty if it was not checked
     * @throws StoreFailure if the store cannot be used, so that the message must be kept and given again
     */
    public List<Outcome> message(byte[] message, List<String> recipients, Optional<Authentication> checked)
            throws StoreFailure {
        return message(
                message,
                recipients,
                Door.MAIL,
                octets -> checked.orElseGet(() -> authenticator.authenticateUnchecked(octets)),
                Note.NONE);
    }

    List<Outcome> message(byte[] message, List<String> recipients, Door door, Note note) throws StoreFailure {
        return message(
                message,
                recipients,
                door,
                door == Door.HAND ? authenticator::given : authenticator::authenticate,
                note);
    }

    private List<Outcome> message(
            byte[] message, List<String> recipients, Door door, Function<byte[], Authentication> sender, Note note)
            throws StoreFailure {
        List<String> all = new ArrayList<>(recipients);
        all.addAll(MessageHeader.of(message).recipients());
        for (String recipient : all) {
            if (bounces.accept(store(), recipient)) {
                write(List.of(), door, note);
                return List.of(new Outcome.Returned("a message"));
            }
        }
        return write(found(message, door, sender), door, note);
    }

    private List<Found> found(byte[] message, Door door, Function<byte[], Authentication> sender) {
        if (message.length > MAX_SIZE) {
            return List.of(tooLarge(
                    new Origin(Authentication::given, MessageHeader.of(message).sender()), message.length));
        }
        return reports((octets, forwarded) -> forwarded && door == Door.MAIL
                        ? authenticator.authenticateForwarded(octets)
                        : sender.apply(octets))
                .inMessage(message);
    }

    private static Found.Unusable tooLarge(Origin origin, long octets) {
        return new Found.Unusable("a message", origin, ReceiveLimits.tooLarge(MAX_SIZE, ""), octets);
    }

    /** Notes a message that is not read. */
    List<Outcome> refuse(String reason, long octets, Note note) throws StoreFailure {
        return write(List.of(new Found.Unusable("a message", Origin.file(), reason, octets)), Door.MAIL, note);
    }

    /**
     * Takes a file that the operator gives: XML, gzip, ZIP, or a message. An mbox file is to be given message by message.
     *
     * @param name for messages
     * @param recipients those of the envelope if it is a message, where they are known; those of the header are added
     * @throws StoreFailure if the store cannot be used
     */
    public List<Outcome> file(String name, byte[] content, List<String> recipients) throws StoreFailure {
        return file(name, content, recipients, Note.NONE);
    }

    List<Outcome> file(String name, byte[] given, List<String> recipients, Note note) throws StoreFailure {
        byte[] content = MessageStart.removedFrom(given);
        if (ContentKind.of(content) == ContentKind.MESSAGE) {
            return message(content, recipients, Door.HAND, note);
        }
        int maxSize = Math.max(MAX_SIZE, settings.messageLimits().unpacked());
        List<Found> found = content.length > maxSize
                ? List.of(new Found.Unusable(
                        name,
                        Origin.file(),
                        ReceiveLimits.tooLarge(maxSize, " (reports.receive.max-report-size)"),
                        content.length))
                : reports((octets, forwarded) -> authenticator.given(octets)).inFile(name, content);
        return write(found, Door.HAND, note);
    }

    private MessageReports reports(MessageReports.Senders senders) {
        ReceiveLimits limits = settings.messageLimits();
        return new MessageReports(limits, Deadline.in(limits.time(), clock), reader, senders);
    }

    private List<Outcome> write(List<Found> found, Door door, Note note) throws StoreFailure {
        // May wait for the DNS, and must not do so in a transaction.
        found.forEach(item -> {
            switch (item) {
                case Found.Aggregate aggregate -> aggregate.origin().authentication();
                case Found.Failure failure -> failure.origin().authentication();
                case Found.Unusable unusable -> {}
                case Found.LeftAlone other -> {}
            }
        });
        Store store = store();
        try {
            Optional<List<Outcome>> outcomes =
                    new ReceiveTransaction(store, settings, ours, door, now()).run(found, note);
            while (outcomes.isEmpty()) {
                // The other host has committed, so that its report is found this time.
                outcomes = new ReceiveTransaction(store, settings, ours, door, now()).run(found, note);
            }
            return outcomes.get();
        } catch (SQLException error) {
            store.rollback();
            close();
            throw store.failure(error);
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /** The store, open for writing. */
    Store store() throws StoreFailure {
        if (open.isPresent()) {
            return open.get();
        }
        Store store = Store.openForWriting(location);
        open = Optional.of(store);
        try {
            ReceivedTables.makeDurable(store);
        } catch (SQLException error) {
            close();
            throw store.failure(error);
        }
        return store;
    }

    /** Closes the store. The next message opens it again. */
    @Override
    public void close() {
        open.ifPresent(Store::close);
        open = Optional.empty();
    }
}
