package org.countersign.cases;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.countersign.syntax.Octets;
import org.countersign.syntax.Parsed;

/**
 * A support case as a ZIP file with fixed names. Nothing is unpacked to a file, and no name in the archive is used as one.
 * The sizes are bounded before anything is read, so that a small file cannot become a large one.
 */
public final class CaseFile {
    private static final String MESSAGE = "message.eml";
    private static final String ENVELOPE = "envelope.txt";
    private static final String SNAPSHOT = "dns.txt";
    private static final String POLICY = "policy.yaml";
    private static final String SIGNING = "signing.txt";
    private static final String VERSION = "version.txt";
    private static final String VERDICT = "verdict.json";
    private static final List<String> NAMES = List.of(VERSION, ENVELOPE, POLICY, SNAPSHOT, VERDICT, MESSAGE);

    // Older versions wrote none, and a case of inbound mail has none.
    private static final List<String> OPTIONAL = List.of(SIGNING);

    private static final int MAX_ENTRY = 64 * 1024 * 1024;
    private static final int MAX_TOTAL = 128 * 1024 * 1024;
    private static final int MAX_ENTRIES = 20;
    private static final int MAX_ENVELOPE_LINES = 2_000;
    // The same case is the same file: no clock is read. ZIP begins to count in 1980.
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private CaseFile() {}

    /** Writes a case. The stream stays open. */
    public static void write(SupportCase support, OutputStream out) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(VERSION, utf8(support.version() + "\n"));
        entries.put(ENVELOPE, utf8(String.join("\n", support.envelope()) + "\n"));
        entries.put(POLICY, utf8(support.policy()));
        if (!support.signing().isEmpty()) {
            entries.put(SIGNING, utf8(support.signing()));
        }
        entries.put(SNAPSHOT, utf8(support.snapshot()));
        entries.put(VERDICT, support.verdict().toByteArray());
        entries.put(MESSAGE, support.message().toByteArray());
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            ZipEntry header = new ZipEntry(entry.getKey());
            header.setTimeLocal(TIME);
            zip.putNextEntry(header);
            zip.write(entry.getValue());
            zip.closeEntry();
        }
        zip.finish();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a case.
     *
     * @return the case, or what is wrong with the file, as the predicate of a sentence
     * @throws IOException if the stream fails
     */
    public static Parsed<SupportCase, String> read(InputStream in) throws IOException {
        Map<String, byte[]> found = new LinkedHashMap<>();
        try {
            ZipInputStream zip = new ZipInputStream(in, StandardCharsets.UTF_8);
            long total = 0;
            int count = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++count > MAX_ENTRIES) {
                    return new Parsed.Malformed<>("has more than " + MAX_ENTRIES + " entries, and is no case");
                }
                byte[] content = zip.readNBytes(MAX_ENTRY + 1);
                total += content.length;
                if (content.length > MAX_ENTRY || total > MAX_TOTAL) {
                    return new Parsed.Malformed<>("has an entry that is too large for a case");
                }
                boolean known = NAMES.contains(entry.getName()) || OPTIONAL.contains(entry.getName());
                if (known && found.put(entry.getName(), content) != null) {
                    return new Parsed.Malformed<>("has " + entry.getName() + " twice");
                }
            }
        } catch (ZipException | IllegalArgumentException damaged) {
            return new Parsed.Malformed<>("is damaged, or is no ZIP file");
        }
        Optional<String> missing =
                NAMES.stream().filter(name -> !found.containsKey(name)).findFirst();
        if (missing.isPresent()) {
            return new Parsed.Malformed<>("is no case: it has no " + missing.get());
        }
        List<String> envelope =
                text(found, ENVELOPE).lines().limit(MAX_ENVELOPE_LINES).toList();
        return new Parsed.Value<>(new SupportCase(
                Octets.wrap(octets(found, MESSAGE)),
                envelope,
                text(found, SNAPSHOT),
                text(found, POLICY),
                text(found, SIGNING),
                text(found, VERSION).strip(),
                Octets.wrap(octets(found, VERDICT))));
    }

    private static byte[] octets(Map<String, byte[]> found, String name) {
        byte[] content = found.get(name);
        return content == null ? new byte[0] : content;
    }

    private static String text(Map<String, byte[]> found, String name) {
        return new String(octets(found, name), StandardCharsets.UTF_8);
    }
}
