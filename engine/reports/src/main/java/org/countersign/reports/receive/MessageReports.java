package org.countersign.reports.receive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.countersign.reports.document.AggregateReport;
import org.countersign.reports.document.ReadResult;
import org.countersign.reports.document.ReportSource;
import org.countersign.reports.failure.FailureReadResult;
import org.countersign.reports.failure.FailureReportReader;
import org.countersign.reports.failure.ReceivedFailureReport;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.jspecify.annotations.Nullable;

/**
 * Finds the reports in one message or one file. What a part is, its first octets tell. A text part is looked at only where
 * no attachment is a report. A message that was forwarded as a part is read like any other.
 */
final class MessageReports {
    private static final int MAX_TEXTS = 3;
    private static final int MAX_SHOWN = 200;
    private static final int MAX_FEEDBACK = 64 * 1024;
    private static final byte[] NOTHING = {};
    private static final String TLS_REPORT = "a report about TLS (RFC 8460)";
    private static final FailureReportReader FAILURES = new FailureReportReader();

    private final ReceiveLimits limits;
    private final Deadline deadline;
    private final DocumentReader reader;
    private final Senders senders;
    private final MessageParts parts;
    private final List<Found> found = new ArrayList<>();
    // All reports are in memory until they are stored together.
    private long octetsOfReports;
    private int rowsOfReports;

    /** Reads the document of an aggregate report, or of several. */
    interface DocumentReader {
        /** @param rowsBefore how many rows are in memory already */
        List<ReadResult> read(ReportSource document, int rowsBefore) throws IOException;
    }

    /** Finds out who sent a message. */
    interface Senders {
        /**
         * @param forwarded whether the message was inside another one, so that no field of it is from us
         */
        Authentication of(byte[] message, boolean forwarded);
    }

    MessageReports(ReceiveLimits limits, Deadline deadline, DocumentReader reader, Senders senders) {
        this.limits = limits;
        this.deadline = deadline;
        this.reader = reader;
        this.senders = senders;
        this.parts = new MessageParts(limits, deadline);
    }

    /** Finds the reports in a message, and why it has none. */
    List<Found> inMessage(byte[] message) {
        read(message, 0, false);
        return List.copyOf(found);
    }

    /**
     * Finds the reports in a file that is not a message.
     *
     * @param name for messages
     */
    List<Found> inFile(String name, byte[] content) {
        Context context = new Context(Origin.file(), List.of(), 0, true, true);
        unpack(name, content, context);
        if (found.isEmpty()) {
            found.add(new Found.Unusable(
                    Escapes.printable(name, MAX_SHOWN),
                    context.origin,
                    ContentKind.notReport(content),
                    content.length));
        }
        return List.copyOf(found);
    }

    /**
     * What is known about a content before it is read.
     *
     * @param remarks about the message and the part
     * @param depth in how many parts and messages it is
     * @param every whether all members of an archive are wanted
     * @param wanted whether the content should be a report, so that it is worth a reason if it is none
     */
    private record Context(Origin origin, List<String> remarks, int depth, boolean every, boolean wanted) {}

    private void read(byte[] message, int depth, boolean forwarded) {
        MessageHeader header = MessageHeader.of(message);
        Origin origin = new Origin(() -> senders.of(message, forwarded), header.sender());
        Message content = new Message(origin, header.subject());
        int before = found.size();
        try {
            parts.find(message, depth, content);
        } catch (LimitFailure limit) {
            // What comes behind may be a report.
            found.add(new Found.Unusable(content.label(), origin, limit.reason(), message.length));
        }
        content.end();
        if (found.size() == before) {
            found.add(new Found.Unusable(content.label(), origin, "no report in the message", message.length));
        }
    }

    /** The parts of one message. */
    private final class Message implements MessageParts.Sink {
        private final Origin origin;
        private final String subject;
        private final List<MessagePart> texts = new ArrayList<>();
        private boolean report;
        private String reportType = "";
        private @Nullable MessagePart feedback;
        private @Nullable MessagePart reported;

        Message(Origin origin, String subject) {
            this.origin = origin;
            this.subject = subject;
        }

        String label() {
            return subject.isEmpty() ? "a message" : Escapes.printable(subject, MAX_SHOWN);
        }

        @Override
        public void multipartReport(String type) {
            report = true;
            reportType = reportType.isEmpty() ? type : reportType;
        }

        @Override
        public void part(MessagePart part, int depth) {
            if (part.is(MessagePart.FEEDBACK_REPORT)) {
                feedback = Optional.ofNullable(feedback).orElse(part);
            } else if (part.is("message/delivery-status") || part.is("message/disposition-notification")) {
                report = true;
                reportType = part.type().substring("message/".length());
            } else if (part.isMessage()) {
                message(part, depth);
            } else if (part.attached()) {
                attachment(part, depth);
            } else if (!part.is("text/html")) {
                text(part);
            }
        }

        private void text(MessagePart part) {
            if (isSealed(part)) {
                return;
            }
            if (texts.size() < MAX_TEXTS && ContentKind.of(part.octets()) == ContentKind.XML) {
                texts.add(part);
            }
        }

        private boolean isSealed(MessagePart part) {
            Optional<String> problem = SealedPart.problem(part);
            problem.ifPresent(
                    reason -> found.add(new Found.Unusable(part.label(), origin, reason, part.octets().length)));
            return problem.isPresent();
        }

        private void message(MessagePart part, int depth) {
            if (report || feedback != null) {
                // The message that a report is about, and never a report itself.
                reported = Optional.ofNullable(reported).orElse(part);
            } else if (part.is(MessagePart.MESSAGE) || part.is("message/global")) {
                forwarded(part.octets(), depth + 1);
            }
        }

        private void attachment(MessagePart part, int depth) {
            if (part.type().startsWith("application/tlsrpt")) {
                found.add(new Found.LeftAlone(part.label(), TLS_REPORT));
                return;
            }
            if (isSealed(part)) {
                return;
            }
            ContentKind kind = ContentKind.of(part.octets());
            if (kind == ContentKind.MESSAGE && Ascii.lower(part.name()).endsWith(".eml")) {
                forwarded(part.octets(), depth + 1);
                return;
            }
            boolean wanted = switch (kind) {
                case GZIP, ZIP, OTHER_ARCHIVE, XML -> true;
                default -> part.looksLikeReport();
            };
            if (wanted || kind == ContentKind.JSON) {
                unpack(part.label(), part.octets(), new Context(origin, remarks(part), depth, false, wanted));
            }
        }

        private List<String> remarks(MessagePart part) {
            List<String> remarks = new ArrayList<>();
            if (!SubjectForm.matches(subject)) {
                remarks.add("Subject: not of the form of RFC 9990 section 3.5.2");
            }
            if (!part.isReportType()) {
                remarks.add("Content-Type: " + Escapes.printable(part.type(), MAX_SHOWN)
                        + " is not a media type for reports");
            }
            return remarks;
        }

        /** Looks at what can be told only once all parts are known. */
        void end() {
            boolean aggregate =
                    found.stream().anyMatch(item -> item instanceof Found.Aggregate read && read.origin() == origin);
            if (!aggregate) {
                texts.forEach(
                        text -> unpack(label(), text.octets(), new Context(origin, remarks(text), 0, false, true)));
            }
            MessagePart fields = feedback;
            if (fields != null) {
                failure(
                        fields,
                        Optional.ofNullable(reported).map(MessagePart::octets).orElse(NOTHING));
            } else if (reportType.equals("tlsrpt")) {
                if (found.stream().noneMatch(Found.LeftAlone.class::isInstance)) {
                    found.add(new Found.LeftAlone(label(), TLS_REPORT));
                }
            } else if (report && !aggregate) {
                found.add(new Found.Unusable(label(), origin, withoutFeedback(), 0));
            }
        }

        private void failure(MessagePart fields, byte[] message) {
            byte[] start = Arrays.copyOf(fields.octets(), Math.min(fields.octets().length, MAX_FEEDBACK));
            byte[] header = Arrays.copyOf(message, Math.min(message.length, MAX_FEEDBACK));
            found.add(
                    switch (FAILURES.read(start, header)) {
                        case FailureReadResult.Read(ReceivedFailureReport read) ->
                            new Found.Failure(label(), origin, read);
                        case FailureReadResult.Refused(String reason) ->
                            new Found.Unusable(label(), origin, reason, fields.octets().length);
                    });
        }

        private String withoutFeedback() {
            return switch (reportType) {
                case "delivery-status" -> "a delivery status notification";
                case "disposition-notification" -> "a disposition notification";
                default -> "multipart/report without message/feedback-report";
            };
        }
    }

    private void forwarded(byte[] message, int depth) {
        if (depth > limits.depth()) {
            found.add(new Found.Unusable(
                    "a message",
                    Origin.file(),
                    "messages within messages, deeper than " + limits.depth(),
                    message.length));
        } else {
            read(message, depth, true);
        }
    }

    private void unpack(String name, byte[] octets, Context context) {
        Contents contents = new Contents(context);
        new Unpacker(limits, deadline, contents).unpack(name, octets);
        contents.end();
    }

    /** What was unpacked from one attachment or file. */
    private final class Contents implements Unpacker.Sink {
        private final Context context;
        private final List<Found.Unusable> lost = new ArrayList<>();
        private final List<Found.Unusable> others = new ArrayList<>();
        private boolean useful;
        private String unread = "";

        Contents(Context context) {
            this.context = context;
        }

        @Override
        public void content(String name, byte[] octets) {
            ContentKind kind = ContentKind.of(octets);
            if (ContentKind.isTlsReport(octets)) {
                found.add(new Found.LeftAlone(name, TLS_REPORT));
                useful = true;
                return;
            }
            if (context.every && kind == ContentKind.MESSAGE) {
                useful = true;
                read(octets, context.depth + 1, false);
                return;
            }
            Optional<OtherArchive> other = OtherArchive.of(octets, octets.length);
            if (other.isPresent()) {
                others.add(unusable(name, other.get().problem(), octets.length));
                return;
            }
            if (kind == ContentKind.MBOX) {
                // The limits are those of one message.
                lost.add(unusable(
                        name,
                        "an mbox file within an archive: save it, unpack it, and give it to countersign reports receive",
                        octets.length));
                return;
            }
            document(name, octets);
        }

        private void document(String name, byte[] octets) {
            if (octetsOfReports + octets.length > limits.unpacked()) {
                String reason = ReceiveLimits.tooLarge(limits.unpacked(), " (reports.receive.max-report-size)");
                boolean alone = octets.length > limits.unpacked();
                lost.add(unusable(
                        name, alone ? reason : "together with the reports before it " + reason, octets.length));
                return;
            }
            try {
                List<ReadResult> results = reader.read(() -> timed(octets), rowsOfReports);
                if (results.stream().anyMatch(ReadResult.Read.class::isInstance)) {
                    octetsOfReports += octets.length;
                }
                for (int i = 0; i < results.size(); i++) {
                    take(results.size() == 1 ? name : name + ": report " + (i + 1), results.get(i), octets.length);
                }
            } catch (LimitFailure limit) {
                lost.add(unusable(name, limit.reason(), octets.length));
            } catch (IOException impossible) {
                throw new IllegalStateException("an array failed to be read", impossible);
            }
        }

        private void take(String name, ReadResult result, long octets) {
            switch (result) {
                case ReadResult.Read(AggregateReport report) -> {
                    List<String> remarks = new ArrayList<>(context.remarks);
                    report.remarks().forEach(remark -> remarks.add(remark.describe()));
                    found.add(new Found.Aggregate(name, context.origin, report, remarks));
                    rowsOfReports += report.rows().size();
                    useful = true;
                }
                case ReadResult.Refused refused ->
                    (refused.refusal().isOfReport() ? lost : others).add(unusable(name, refused.describe(), octets));
            }
        }

        private CountedInput timed(byte[] octets) {
            return new CountedInput(new ByteArrayInputStream(octets)) {
                @Override
                void check() throws LimitFailure {
                    deadline.check();
                }
            };
        }

        private Found.Unusable unusable(String name, String reason, long octets) {
            return new Found.Unusable(name, context.origin, reason, octets);
        }

        /** Other members of an archive with a report are of no interest. Without one, the reason is that of a member. */
        void end() {
            found.addAll(lost);
            if (useful && !unread.isEmpty()) {
                found.add(unusable(
                        unread,
                        "more than " + limits.members() + " members, so the others were not read: save the archive, and"
                                + " give it to countersign reports receive",
                        0));
            }
            if (context.wanted && !useful && lost.isEmpty() && !others.isEmpty()) {
                found.add(others.stream()
                        .filter(member -> Ascii.lower(member.name()).endsWith(".xml"))
                        .findFirst()
                        .orElseGet(() -> unread.isEmpty()
                                ? others.getFirst()
                                : unusable(unread, "no report among the first " + limits.members() + " members", 0)));
            }
        }

        @Override
        public void damaged(String name, String reason, long octets) {
            lost.add(unusable(name, reason, octets));
        }

        @Override
        public void unread(String name) {
            unread = name;
        }
    }
}
