package org.countersign.james;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.CountersignEngine;
import org.countersign.MessageLimits;
import org.countersign.MessageSession;
import org.countersign.SigningOutcome;
import org.countersign.SmtpTransaction;
import org.countersign.james.message.MissingHeaders;
import org.countersign.james.message.SevenBitEncoder;
import org.countersign.message.AuthorDomain;
import org.countersign.message.HeaderSection;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderEdit;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/** A message of a user of ours on its way out. */
final class MessageToSign {
    private final CountersignEngine engine;
    private final SmtpTransaction transaction;
    private final boolean makeSevenBit;
    private final InstantSource clock;

    /**
     * @param makeSevenBit whether 8-bit parts are re-encoded before the message is signed
     * @param clock for a Date where there is none
     */
    MessageToSign(CountersignEngine engine, SmtpTransaction transaction, boolean makeSevenBit, InstantSource clock) {
        this.engine = engine;
        this.transaction = transaction;
        this.makeSevenBit = makeSevenBit;
        this.clock = clock;
    }

    /**
     * Signs it, which rewrites it. Where it is neither signed nor to be changed otherwise, it may be rewritten all the
     * same, and the outcome has no edits.
     *
     * @param message as it will be sent, with CRLF line ends only
     */
    SigningOutcome sign(MessageRewriter message) throws IOException {
        pin(message);
        if (makeSevenBit) {
            SevenBitEncoder form;
            try (InputStream in = message.open()) {
                form = SevenBitEncoder.plan(in);
            }
            if (form.changesAnything()) {
                message.take(form::write);
            }
        }
        SigningOutcome outcome = conclude(message);
        if (!outcome.edits().isEmpty()) {
            message.take(edited(outcome.edits()));
        }
        return outcome;
    }

    private void pin(MessageRewriter message) throws IOException {
        Headers headers = new Headers();
        pour(message, headers);
        // Without an author nobody will sign it.
        if (AuthorDomain.parse(new HeaderSection(headers.fields)) instanceof AuthorDomain.Single author) {
            List<HeaderEdit> edits =
                    MissingHeaders.edits(new HeaderSection(headers.fields), clock.instant(), author.domain());
            if (!edits.isEmpty()) {
                message.take(edited(edits));
            }
        }
    }

    private static MessageRewriter.Step edited(List<HeaderEdit> edits) {
        return (in, out) -> HeaderEditor.copy(in, 0, edits, out);
    }

    private SigningOutcome conclude(MessageRewriter message) throws IOException {
        try (MessageSession flow = engine.openAccepted(transaction)) {
            pour(message, flow);
            if (flow.conclude() instanceof SigningOutcome outcome) {
                return outcome;
            }
            throw new IllegalStateException("a message that is not outbound was to be signed");
        }
    }

    private static void pour(MessageRewriter message, MessageSink sink) throws IOException {
        try (InputStream in = message.open()) {
            MessageReader.pour(in, sink, MailBytes.MAX_HEADER);
        }
    }

    /** Keeps the header fields, as many as the engine looks at. */
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
            // All fields have been told.
        }

        @Override
        public void body(byte[] piece, int offset, int length) {
            // Only the header matters.
        }
    }
}
