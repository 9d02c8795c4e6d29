package org.countersign.reports.collect;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.countersign.reports.document.Disposition;

/**
 * The format of segments in files: a mark, the version, the content, and its checksum. Texts are UTF-8 with their length
 * before them. A policy is written once, and its rows name its number.
 */
final class SegmentCodec {
    // "CSRS": Countersign report segment.
    private static final int MARK = 0x43535253;
    private static final int VERSION = 1;
    private static final int FRAME = 4 + 4 + 8;
    private static final int MAX_TEXT = 1 << 16;
    private static final int MAX_ITEMS = 1 << 20;

    // A guess, so that the array seldom grows.
    private static final int OCTETS = 4096;
    private static final int OCTETS_OF_A_ROW = 256;

    private SegmentCodec() {}

    static byte[] encode(Segment segment) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(
                OCTETS + OCTETS_OF_A_ROW * segment.rows().size());
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeInt(MARK);
            out.writeInt(VERSION);
            write(segment, out);
            CRC32 checksum = new CRC32();
            checksum.update(octets.toByteArray());
            out.writeLong(checksum.getValue());
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        return octets.toByteArray();
    }

    private static void write(Segment segment, DataOutputStream out) throws IOException {
        text(segment.hostId(), out);
        out.writeLong(segment.sequence());
        out.writeLong(segment.through());
        Map<CollectedPolicy, Integer> numbers = new LinkedHashMap<>();
        segment.rows().forEach(row -> numbers.putIfAbsent(row.policy(), numbers.size()));
        out.writeInt(numbers.size());
        for (CollectedPolicy policy : numbers.keySet()) {
            for (String column : policy.columns()) {
                text(column, out);
            }
        }
        out.writeInt(segment.rows().size());
        for (CountedRow counted : segment.rows()) {
            out.writeInt(counted.day());
            out.writeInt(numbers.getOrDefault(counted.policy(), 0));
            out.writeLong(counted.messages());
            out.writeLong(counted.triggers());
            write(counted.row(), out);
        }
        out.writeInt(segment.traffic().size());
        for (Map.Entry<Segment.Traffic, Long> entry : segment.traffic().entrySet()) {
            out.writeInt(entry.getKey().day());
            out.writeByte(entry.getKey().hour());
            text(entry.getKey().dmarc(), out);
            text(entry.getKey().verdict(), out);
            text(entry.getKey().rule(), out);
            out.writeLong(entry.getValue());
        }
        out.writeInt(segment.lost().size());
        for (Map.Entry<Integer, Long> entry : segment.lost().entrySet()) {
            out.writeInt(entry.getKey());
            out.writeLong(entry.getValue());
        }
    }

    private static void write(CollectedRow row, DataOutputStream out) throws IOException {
        text(row.sourceIp(), out);
        out.writeByte(row.disposition().number());
        out.writeByte(row.aligned());
        text(row.reasons(), out);
        text(row.headerFrom(), out);
        out.writeBoolean(row.envelopeFrom().isPresent());
        text(row.envelopeFrom().orElse(""), out);
        text(row.envelopeTo(), out);
        text(row.auth(), out);
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(octets.length);
        out.write(octets);
    }

    /** Reads a file; empty if it is cut off, changed, of another version, or no segment. Never throws. */
    static Optional<Segment> decode(byte[] octets) {
        if (octets.length < FRAME) {
            return Optional.empty();
        }
        int end = octets.length - Long.BYTES;
        CRC32 checksum = new CRC32();
        checksum.update(octets, 0, end);
        if (ByteBuffer.wrap(octets).getInt(0) != MARK
                || ByteBuffer.wrap(octets).getInt(4) != VERSION
                || ByteBuffer.wrap(octets).getLong(end) != checksum.getValue()) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets, 8, end - 8))) {
            Segment segment = read(in);
            return in.available() == 0 ? Optional.of(segment) : Optional.empty();
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static Segment read(DataInputStream in) throws IOException {
        String hostId = text(in);
        long sequence = in.readLong();
        long through = in.readLong();
        List<CollectedPolicy> policies = new ArrayList<>();
        for (int i = count(in); i > 0; i--) {
            List<String> columns = new ArrayList<>();
            for (int column = 0; column < CollectedPolicy.COLUMNS; column++) {
                columns.add(text(in));
            }
            policies.add(CollectedPolicy.ofColumns(columns));
        }
        List<CountedRow> rows = new ArrayList<>();
        for (int i = count(in); i > 0; i--) {
            int day = in.readInt();
            int policy = in.readInt();
            if (policy < 0 || policy >= policies.size()) {
                throw new IOException("a row without a policy");
            }
            long messages = in.readLong();
            long triggers = in.readLong();
            rows.add(new CountedRow(day, policies.get(policy), row(in), messages, triggers));
        }
        Map<Segment.Traffic, Long> traffic = new HashMap<>();
        for (int i = count(in); i > 0; i--) {
            traffic.put(new Segment.Traffic(in.readInt(), in.readByte(), text(in), text(in), text(in)), in.readLong());
        }
        Map<Integer, Long> lost = new HashMap<>();
        for (int i = count(in); i > 0; i--) {
            lost.put(in.readInt(), in.readLong());
        }
        return new Segment(hostId, sequence, through, rows, traffic, lost);
    }

    private static CollectedRow row(DataInputStream in) throws IOException {
        String sourceIp = text(in);
        Disposition disposition =
                Disposition.ofNumber(in.readByte()).orElseThrow(() -> new IOException("an unknown disposition"));
        int aligned = in.readByte();
        String reasons = text(in);
        String headerFrom = text(in);
        boolean hasEnvelopeFrom = in.readBoolean();
        String envelopeFrom = text(in);
        return new CollectedRow(
                sourceIp,
                disposition,
                aligned,
                reasons,
                headerFrom,
                hasEnvelopeFrom ? Optional.of(envelopeFrom) : Optional.empty(),
                text(in),
                text(in));
    }

    private static int count(DataInputStream in) throws IOException {
        return bounded(in.readInt(), MAX_ITEMS);
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] octets = new byte[bounded(in.readInt(), MAX_TEXT)];
        in.readFully(octets);
        return new String(octets, StandardCharsets.UTF_8);
    }

    private static int bounded(int number, int max) throws IOException {
        if (number < 0 || number > max) {
            throw new IOException("the number " + number + " is not possible");
        }
        return number;
    }
}
