package org.countersign.reports.receive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.message.Hop;
import org.countersign.message.MessageReader;
import org.countersign.message.ReceivedField;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;
import org.countersign.syntax.Octets;

/** The header section of a message with a report, and what its fields say. */
record MessageHeader(HeaderSection section) {
    static final int MAX_FIELD = 64 * 1024;
    private static final int MAX_FIELDS = 2000;
    private static final int MAX_SUBJECT = 2000;
    private static final int MAX_SENDER = 320;
    private static final int MAX_RECIPIENTS = 20;

    static MessageHeader of(byte[] message) {
        List<HeaderField> fields = new ArrayList<>();
        pour(message, new MessageSink() {
            @Override
            public void header(HeaderField field) {
                if (fields.size() < MAX_FIELDS) {
                    fields.add(field);
                }
            }

            @Override
            public void endOfHeaders() {
                // All fields are known.
            }

            @Override
            public void body(byte[] octets, int offset, int length) {
                // Only the header section is of interest.
            }
        });
        return new MessageHeader(new HeaderSection(fields));
    }

    /** Passes a message to a sink as a mail server would: with CRLF line ends. */
    static void pour(byte[] message, MessageSink sink) {
        try {
            MessageReader.readFile(new ByteArrayInputStream(message), sink, MAX_FIELD);
        } catch (IOException impossible) {
            throw new IllegalStateException("an array failed to be read", impossible);
        }
    }

    AuthorDomain author() {
        return AuthorDomain.parse(section);
    }

    /** The address of the author, printable; empty text if there is not one alone. */
    String sender() {
        return author() instanceof AuthorDomain.Single single ? Escapes.printable(single.address(), MAX_SENDER) : "";
    }

    /** The topmost field of this name, unfolded. */
    Optional<String> text(String name) {
        return first(name).map(value -> value.utf8().replace("\r\n", "").strip());
    }

    /** The recipients that mail servers and the author have written into the message. */
    List<String> recipients() {
        List<String> recipients = new ArrayList<>();
        for (String name : List.of("Delivered-To", "X-Original-To", "To")) {
            for (HeaderField field : section.all(name)) {
                for (String word : List.of(field.value().utf8().split("[\\s<>,;\"]+", -1))) {
                    if (word.contains("@") && recipients.size() < MAX_RECIPIENTS) {
                        recipients.add(word);
                    }
                }
            }
        }
        return recipients;
    }

    /** The Subject, unfolded and decoded. */
    String subject() {
        return text("Subject")
                .map(text -> text.substring(0, Math.min(text.length(), MAX_SUBJECT)))
                .map(MessageParts::decoded)
                .orElse("");
    }

    /** The client from which our mail server took the message; empty if its field says it in another way. */
    Optional<Hop> hop() {
        return first("Received").flatMap(ReceivedField::parse);
    }

    /** The host that took the message, by the topmost Received field; empty text if there is none. */
    String receivingHost() {
        String received = text("Received").orElse("");
        int by = Ascii.lower(received).indexOf(" by ");
        if (by < 0) {
            return "";
        }
        String rest = received.substring(by + " by ".length()).strip();
        int end = 0;
        while (end < rest.length()
                && (Ascii.isAlphaNumeric(rest.charAt(end)) || rest.charAt(end) == '.' || rest.charAt(end) == '-')) {
            end++;
        }
        return rest.substring(0, end);
    }

    private Optional<Octets> first(String name) {
        return section.all(name).stream().findFirst().map(HeaderField::value);
    }
}
