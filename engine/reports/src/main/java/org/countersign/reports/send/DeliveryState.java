package org.countersign.reports.send;

import org.countersign.syntax.Keyword;

/** The states of a delivery. Only a waiting one changes, but for a bounce, which makes a sent one a failed one. */
enum DeliveryState {
    /** It is due at its time. */
    WAITING,
    /** The mail server has accepted it. */
    SENT,
    /** It was refused, or came back. */
    FAILED,
    /** It was not tried, because the address gets no reports for a time. */
    SUPPRESSED,
    /** It was tried for two days. */
    EXPIRED;

    /** The word in the store, in the log and in metrics. */
    String keyword() {
        return Keyword.of(this);
    }
}
