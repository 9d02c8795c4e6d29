package org.countersign.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.countersign.dkim.DkimLimits;
import org.countersign.dkim.DkimResult;
import org.countersign.dkim.DkimVerification;
import org.countersign.dkim.DkimVerifier;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.StaticZone;
import org.countersign.message.HeaderSection;
import org.countersign.message.MessageReader;
import org.countersign.smtp.HeaderField;
import org.countersign.smtp.MessageSink;

/** Runs {@code keygen} and {@code sign} in a directory, and verifies signatures with the generated DNS record. */
final class KeygenFixture {
    static final String MESSAGE = "From: a@example.org\r\nSubject: caf\u00e9\r\n\r\nHello\r\n.\r\n\r\n\r\n";

    private final Path temp;

    KeygenFixture(Path temp) {
        this.temp = temp;
    }

    CommandRun keygen(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "keygen",
                "--domain",
                "Example.org",
                "--selector",
                "s2026",
                "--out",
                temp.resolve("new/keys").toString()));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    Path pem() {
        return temp.resolve("new/keys/example.org.s2026.pem");
    }

    String record() throws IOException {
        return Files.readString(temp.resolve("new/keys/example.org.s2026.zone"));
    }

    CommandRun sign(String input, Path key) {
        return CommandRun.withInput(
                input, "sign", "-", "--domain", "example.org", "--selector", "s2026", "--key", key.toString());
    }

    /** Verifies with the text between the quotes of the generated record. */
    List<DkimResult> verify(String message) throws IOException {
        String[] parts = record().split("\"", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < parts.length; i += 2) {
            text.append(parts[i]);
        }
        StaticZone zone = StaticZone.builder()
                .txt("s2026._domainkey.example.org", text.toString())
                .build();
        Verification verification = new Verification(new MessageLookups(zone, 10, Instant.MAX));
        MessageReader.read(
                new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1)), verification, 10_000);
        return verification.finish();
    }

    private static final class Verification implements MessageSink {
        private final MessageLookups lookups;
        private final List<HeaderField> fields = new ArrayList<>();
        private final List<DkimVerification> verifications = new ArrayList<>();

        Verification(MessageLookups lookups) {
            this.lookups = lookups;
        }

        @Override
        public void header(HeaderField field) {
            fields.add(field);
        }

        @Override
        public void endOfHeaders() {
            verifications.add(new DkimVerifier(DkimLimits.DEFAULT, InstantSource.system())
                    .begin(new HeaderSection(fields), lookups, Runnable::run));
        }

        @Override
        public void body(byte[] octets, int offset, int length) {
            verifications.get(0).body(octets, offset, length);
        }

        List<DkimResult> finish() {
            return verifications.get(0).finish();
        }
    }
}
