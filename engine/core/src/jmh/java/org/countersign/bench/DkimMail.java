package org.countersign.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The mail that is signed and verified: fourteen header fields as they come, and a body of plain text. */
final class DkimMail {
    private static final String[] WORDS = {
        "the",
        "mail",
        "of",
        "a",
        "server",
        "that",
        "signs",
        "what",
        "it",
        "sends",
        "and",
        "verifies",
        "every",
        "message",
        "which",
        "arrives",
        "from",
        "another",
        "one",
        "with",
        "signature",
        "policy,",
        "domain",
        "key."
    };
    private static final int LINE = 72;

    private static final String HEADER = """
        Return-Path: <alice@example.org>
        Received: from out.example.org (out.example.org [192.0.2.1])
            by mx.example.net (Postfix) with ESMTPS id 4XyZ0a1b2c
            for <bob@example.net>; Mon, 23 Nov 2026 11:58:00 +0000 (UTC)
        Received: from desk.example.org (desk.example.org [192.0.2.77])
            by out.example.org (Postfix) with ESMTPSA id 4XyYzz0Kd3
            for <bob@example.net>; Mon, 23 Nov 2026 11:57:58 +0000 (UTC)
        From: Alice Example <alice@example.org>
        To: Bob Example <bob@example.net>, Carol Example <carol@example.net>
        Cc: A List of Many People <list@lists.example.com>
        Subject: The minutes of our meeting, with all that was said about the
            new server
        Date: Mon, 23 Nov 2026 11:57:55 +0000
        Message-ID: <8f14e45f-ceea-467f-9575-d5e1b0f2a4c1@desk.example.org>
        In-Reply-To: <45c48cce2e2d7fbdea1afc51c7c6ad26@mail.example.net>
        References: <c9f0f895fb98ab9159f51fd0297e236d@mail.example.net>
            <45c48cce2e2d7fbdea1afc51c7c6ad26@mail.example.net>
        User-Agent: Example Mail 102.4
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8; format=flowed
        """;

    private DkimMail() {}

    /** The header section, with the empty line behind it. */
    static byte[] header() {
        return (HEADER.replace("\n", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A body: lines of words, now and then a sentence with two spaces behind it, an empty line, or a line that ends
     * in a space; each of these is an eighth of the lines or less.
     *
     * @param length in octets
     */
    static byte[] body(int length) {
        // The same in every process, so that what one has signed, another can verify.
        Random random = new Random(length);
        StringBuilder text = new StringBuilder(length + 2 * LINE);
        while (text.length() < length) {
            int start = text.length();
            while (text.length() - start < LINE) {
                text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
            }
            int kind = random.nextInt(16);
            if (kind == 0) {
                text.insert(start + LINE / 2, "  ");
            }
            if (kind != 1) {
                text.setLength(text.length() - 1);
            }
            text.append(kind == 2 ? "\r\n\r\n" : "\r\n");
        }
        text.setLength(length - 2);
        return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** What is in one array and then in the other. */
    static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + second.length);
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }
}
