package org.countersign.james.mailet;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.MessageOutcome;
import org.countersign.MessageSession;
import org.countersign.SmtpTransaction;
import org.countersign.james.message.HeaderEditor;
import org.countersign.james.message.MissingHeaders;
import org.countersign.james.message.SevenBitEncoder;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/** Signs one outbound message. */
final class MessageSigner {
    private final CountersignEngine engine;
    private final SmtpTransaction transaction;
    private final List<String> recipients;
    private final boolean makeSevenBit;
    private final InstantSource clock;

    /**
     * @param recipients of the message, as the signing table may name them
     * @param makeSevenBit whether 8-bit parts are re-encoded before the message is signed
     * @param clock gives the Date of a message that has none
     */
    MessageSigner(
            CountersignEngine engine,
            SmtpTransaction transaction,
            List<String> recipients,
            boolean makeSevenBit,
            InstantSource clock) {
        this.engine = engine;
        this.transaction = transaction;
        this.recipients = List.copyOf(recipients);
        this.makeSevenBit = makeSevenBit;
        this.clock = clock;
    }

    /**
     * Signs a message by rewriting it. If the outcome has no edits, the rewritten message is to be discarded.
     *
     * @param message as it will be sent, with CRLF line ends only
     */
    MessageOutcome.Signed sign(MessageRewriter message) throws IOException {
        addMissingHeaders(message);
        if (makeSevenBit) {
            SevenBitEncoder encoder;
            try (InputStream in = message.read()) {
                encoder = SevenBitEncoder.plan(in);
            }
            if (encoder.changesAnything()) {
                message.rewrite(encoder::write);
            }
        }
        MessageOutcome.Signed outcome = outcome(message);
        if (!outcome.edits().isEmpty()) {
            message.rewrite(edited(outcome.edits()));
        }
        return outcome;
    }

    private void addMissingHeaders(MessageRewriter message) throws IOException {
        Headers headers = new Headers();
        copy(message, headers);
        // A message without a single Author Domain is not signed.
        if (AuthorDomain.parse(new HeaderSection(headers.fields)) instanceof AuthorDomain.Single author) {
            List<HeaderEdit> edits =
                    MissingHeaders.edits(new HeaderSection(headers.fields), clock.instant(), author.domain());
            if (!edits.isEmpty()) {
                message.rewrite(edited(edits));
            }
        }
    }

    private static MessageRewriter.Step edited(List<HeaderEdit> edits) {
        return (in, out) -> HeaderEditor.copy(in, 0, edits, out);
    }

    private MessageOutcome.Signed outcome(MessageRewriter message) throws IOException {
        try (MessageSession session = engine.openAccepted(transaction)) {
            recipients.forEach(session::recipient);
            copy(message, session);
            if (session.conclude() instanceof MessageOutcome.Signed outcome) {
                return outcome;
            }
            throw new IllegalStateException("the message is not outbound");
        }
    }

    private static void copy(MessageRewriter message, MessageSink sink) throws IOException {
        try (InputStream in = message.read()) {
            MessageReader.read(in, sink, HeaderEditor.MAX_FIELD);
        }
    }

    /** Collects the header fields, up to the limits of the engine. */
    private static final class Headers implements MessageSink {
        private final List<HeaderField> fields = new ArrayList<>();
        private int octets;

        @Override
        public void header(HeaderField field) {
            if (fields.size() < MessageLimits.DEFAULT.headerFields() && octets < MessageLimits.DEFAULT.headerOctets()) {
                fields.add(field);
                octets += field.size();
            }
        }

        @Override
        public void endOfHeaders() {
            // Every field has been passed to header().
        }

        @Override
        public void body(byte[] piece, int offset, int length) {
            // The body is not needed.
        }
    }
}
