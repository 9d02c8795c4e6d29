package org.countersign.reports.receive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.MimeParameterMapping;
import org.apache.james.mime4j.util.MimeUtil;
import org.countersign.syntax.Ascii;
import org.countersign.syntax.Escapes;

/**
 * Finds the parts of a message, one after the other, with Apache James mime4j: it takes broken messages as mail programs
 * do. One object counts the parts of a message and of all messages inside it.
 */
final class MessageParts {
    private static final int MAX_HEADER_LENGTH = 256 * 1024;
    private static final int MAX_FIELDS = 2000;
    private static final int MAX_NAME = 200;
    private static final Set<String> XML_TYPES = Set.of("text/xml", "application/xml");
    // Lines of XML may have any length.
    private static final MimeConfig CONFIG = MimeConfig.custom()
            .setMaxLineLen(-1)
            .setMaxHeaderCount(MAX_FIELDS)
            .setMaxHeaderLen(MAX_HEADER_LENGTH)
            .setMaxContentLen(-1)
            .build();

    private final ReceiveLimits limits;
    private final Deadline deadline;
    private int parts;

    /** Takes the parts of a message. */
    interface Sink {
        /** The report type of a {@code multipart/report} (RFC 6522 §3), in lower case; may be empty. */
        void multipartReport(String reportType);

        /**
         * A part without parts inside.
         *
         * @param depth in how many multiparts and messages it is
         */
        void part(MessagePart part, int depth) throws LimitFailure;
    }

    MessageParts(ReceiveLimits limits, Deadline deadline) {
        this.limits = limits;
        this.deadline = deadline;
    }

    /**
     * Finds the parts of a message.
     *
     * @param depth in how many multiparts and messages the message is
     * @throws LimitFailure if a limit ends the search, or the message is too broken to go on; the parts before are found
     */
    void find(byte[] message, int depth, Sink sink) throws LimitFailure {
        MimeTokenStream tokens = new MimeTokenStream(CONFIG);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        tokens.parse(new CountedInput(new ByteArrayInputStream(message)) {
            @Override
            void check() throws LimitFailure {
                deadline.check();
            }
        });
        try {
            find(tokens, depth, sink);
        } catch (LimitFailure limit) {
            throw limit;
        } catch (MimeException | MimeIOException broken) {
            throw new LimitFailure("broken MIME: " + Escapes.printable(String.valueOf(broken.getMessage()), MAX_NAME));
        } catch (IOException impossible) {
            throw new IllegalStateException("an array failed to be read", impossible);
        }
    }

    private void find(MimeTokenStream tokens, int outside, Sink sink) throws MimeException, IOException {
        int depth = outside;
        Fields fields = new Fields();
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            switch (state) {
                case T_START_HEADER -> fields = new Fields();
                case T_FIELD -> fields.add(tokens.getField());
                case T_START_MULTIPART -> {
                    depth++;
                    if (depth > limits.depth()) {
                        throw new LimitFailure("parts within parts, deeper than " + limits.depth());
                    }
                    if (tokens.getBodyDescriptor().getMimeType().equalsIgnoreCase("multipart/report")) {
                        sink.multipartReport(fields.reportType);
                    }
                }
                case T_END_MULTIPART -> depth--;
                case T_BODY -> {
                    parts++;
                    if (parts > limits.parts()) {
                        throw new LimitFailure(
                                "more than " + limits.parts() + " parts, so the others were not read: save"
                                        + " the message, divide it, and give its attachments to countersign reports receive");
                    }
                    sink.part(part(tokens, fields), depth);
                }
                default -> {}
            }
        }
    }

    private static MessagePart part(MimeTokenStream tokens, Fields fields) throws IOException {
        String type = Ascii.lower(tokens.getBodyDescriptor().getMimeType());
        boolean attached = fields.disposition.equals("attachment")
                || !fields.name().isEmpty()
                || !type.startsWith("text/")
                || XML_TYPES.contains(type);
        byte[] content = content(tokens);
        ContentKind kind = ContentKind.of(content);
        return new MessagePart(
                type,
                fields.name(),
                // No text begins like these.
                attached || kind == ContentKind.GZIP || kind == ContentKind.ZIP,
                content);
    }

    private static byte[] content(MimeTokenStream tokens) throws IOException {
        boolean isBase64 =
                Ascii.equalsIgnoreCase(tokens.getBodyDescriptor().getTransferEncoding(), MimeUtil.ENC_BASE64);
        byte[] content;
        try (InputStream in = isBase64 ? tokens.getInputStream() : tokens.getDecodedInputStream()) {
            content = in.readAllBytes();
        }
        return isBase64
                ? TransferEncoding.base64(content)
                : TransferEncoding.undeclared(content).orElse(content);
    }

    /** What the fields of a part say. */
    private static final class Fields {
        private String disposition = "";
        private String fileName = "";
        private String typeName = "";
        private String reportType = "";

        void add(Field field) {
            if (Ascii.equalsIgnoreCase(field.getName(), "Content-Disposition")) {
                RawBody body = parsed(field);
                disposition = Ascii.lower(body.getValue().strip());
                fileName = parameter(body, "filename");
            } else if (Ascii.equalsIgnoreCase(field.getName(), "Content-Type")) {
                RawBody body = parsed(field);
                typeName = parameter(body, "name");
                reportType = Ascii.lower(parameter(body, "report-type"));
            }
        }

        /** The file name, printable. */
        String name() {
            return fileName.isEmpty() ? typeName : fileName;
        }

        private static RawBody parsed(Field field) {
            String body = Optional.ofNullable(field.getBody()).orElse("");
            return RawFieldParser.DEFAULT.parseRawBody(new RawField(field.getName(), body));
        }

        private static String parameter(RawBody body, String name) {
            MimeParameterMapping parameters = new MimeParameterMapping();
            for (NameValuePair pair : body.getParams()) {
                if (pair.getName() != null && pair.getValue() != null) {
                    parameters.addParameter(Ascii.lower(pair.getName()), pair.getValue());
                }
            }
            return Optional.ofNullable(parameters.get(name))
                    .map(text -> Escapes.printable(decoded(text).strip(), MAX_NAME))
                    .orElse("");
        }
    }

    /** A text with its encoded words decoded (RFC 2047), which many programs write in parameters too. */
    static String decoded(String text) {
        try {
            return DecoderUtil.decodeEncodedWords(text, DecodeMonitor.SILENT, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unknownCharset) {
            return text;
        }
    }
}
