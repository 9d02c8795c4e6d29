package org.countersign.reports.failure;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.countersign.domain.DomainName;
import org.countersign.reports.collect.JudgedMail;
import org.countersign.smtp.HeaderField;

/** What a message that fails leaves for a report of {@link #DOMAIN}. */
public final class FailedMessages {
    /** The domain whose failures are reported. */
    public static final DomainName DOMAIN = DomainName.of("example.org");

    private FailedMessages() {}

    /** The message as it is reported; empty if it is no reason for a report. */
    public static Optional<FailedMessage> of(JudgedMail mail, Instant time) {
        return FailedMessage.of(
                mail.outcome(),
                Set.of(DOMAIN),
                List.of("dmarc@receiver.example"),
                time,
                "mx.receiver.example",
                List.of(
                        HeaderField.of("From", " Alice <alice@example.org>"),
                        HeaderField.of("Message-ID", " <m1@example.org>")));
    }
}
