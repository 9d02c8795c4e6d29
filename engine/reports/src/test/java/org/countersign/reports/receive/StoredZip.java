package org.countersign.reports.receive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** A ZIP file as a program writes it that cannot go back: the sizes of a member that is not compressed follow it. */
final class StoredZip {
    private static final short DESCRIPTOR_FOLLOWS = 8;

    private StoredZip() {}

    static byte[] withDescriptor(String name, byte[] content) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(content);
        int crc = (int) checksum.getValue();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // APPNOTE.TXT 4.3.7, 4.3.9, 4.3.12, 4.3.16
        out.writeBytes(buffer(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort(DESCRIPTOR_FOLLOWS)
                .putShort((short) 0)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putShort((short) octets.length)
                .putShort((short) 0)
                .array());
        out.writeBytes(octets);
        out.writeBytes(content);
        out.writeBytes(buffer(16)
                .putInt(0x08074b50)
                .putInt(crc)
                .putInt(content.length)
                .putInt(content.length)
                .array());
        int directory = out.size();
        out.writeBytes(buffer(46)
                .putInt(0x02014b50)
                .putShort((short) 20)
                .putShort((short) 20)
                .putShort(DESCRIPTOR_FOLLOWS)
                .putShort((short) 0)
                .putInt(0)
                .putInt(crc)
                .putInt(content.length)
                .putInt(content.length)
                .putShort((short) octets.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(0)
                .array());
        out.writeBytes(octets);
        int size = out.size() - directory;
        out.writeBytes(buffer(22)
                .putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(size)
                .putInt(directory)
                .putShort((short) 0)
                .array());
        return out.toByteArray();
    }

    private static ByteBuffer buffer(int octets) {
        return ByteBuffer.allocate(octets).order(ByteOrder.LITTLE_ENDIAN);
    }
}
