package org.countersign.james.mail;

import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.countersign.MessageOutcome;
import org.countersign.policy.Verdict;
import org.countersign.reports.ReportCounting;
import org.countersign.reports.ReportSending;
import org.countersign.smtp.MessageSink;

/**
 * Counts each mail once for aggregate reports, and reports its failure once. The hook, {@code AuthenticateMail}, and a mailet that
 * gets a mail for the second time would otherwise all do it. An attribute of the mail tells that it was done, and stays with it in
 * James' queues.
 *
 * @param counting counts messages, if the policy file asks for it
 * @param sending sends reports, if the policy file asks for it
 */
public record MailReports(ReportCounting counting, ReportSending sending) implements AutoCloseable {
    private static final AttributeName COUNTED = AttributeName.of("org.countersign.counted");

    /** Neither counts nor sends. */
    public static MailReports off() {
        return new MailReports(ReportCounting.off(), ReportSending.off());
    }

    /** Passes a message to a sink, and keeps the header fields that a failure report would show. */
    public KeptFields keeping(MessageSink sink) {
        return new KeptFields(sink, sending.keptFields());
    }

    /**
     * Takes a mail that was judged, unless it was taken before. Never waits and never fails.
     *
     * @param mail gets an attribute, unless it is deferred: then it is judged again later
     * @param receivingHost the name of this mail server; no text if unknown
     * @param fields of the message
     */
    public void accept(Mail mail, MessageOutcome.Judged outcome, String receivingHost, KeptFields fields) {
        if ((!counting.isOn() && !sending.isOn()) || mail.getAttribute(COUNTED).isPresent()) {
            return;
        }
        if (!(outcome.decision().verdict() instanceof Verdict.TempFail)) {
            mail.setAttribute(new Attribute(COUNTED, AttributeValue.of(true)));
        }
        counting.accept(outcome, String.valueOf(mail.getName()));
        sending.accept(outcome, () -> Optional.of(receivingHost).filter(name -> !name.isEmpty()), fields.fields());
    }

    @Override
    public void close() {
        // The counts first: the sender may be waiting for a mail server.
        counting.close();
        sending.close();
    }
}
