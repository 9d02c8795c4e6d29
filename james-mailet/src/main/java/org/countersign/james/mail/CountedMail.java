package org.countersign.james.mail;

import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.countersign.MessageOutcome;
import org.countersign.policy.Verdict;
import org.countersign.reports.ReportCounting;

/**
 * Counts each mail once for DMARC reports. The hook, {@code AuthenticateMail}, and a mailet that gets a mail for the second
 * time would otherwise all count it. An attribute of the mail tells that it was counted, and stays with it in James' queues.
 */
public final class CountedMail {
    private static final AttributeName COUNTED = AttributeName.of("org.countersign.counted");

    private CountedMail() {}

    /**
     * Counts a mail that was judged, unless it was counted before. Never waits and never fails.
     *
     * @param mail gets an attribute, unless it is deferred: then it is judged again later
     */
    public static void count(ReportCounting counting, Mail mail, MessageOutcome.Judged outcome) {
        if (!counting.isOn() || mail.getAttribute(COUNTED).isPresent()) {
            return;
        }
        if (!(outcome.decision().verdict() instanceof Verdict.TempFail)) {
            mail.setAttribute(new Attribute(COUNTED, AttributeValue.of(true)));
        }
        counting.accept(outcome, String.valueOf(mail.getName()));
    }
}
