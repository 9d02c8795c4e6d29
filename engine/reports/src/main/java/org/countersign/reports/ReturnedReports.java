package org.countersign.reports;

import java.time.InstantSource;
import org.countersign.reports.receive.ReportReceiver;
import org.countersign.reports.send.Bounces;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/** Connects the two sides of reports: what is received at the envelope sender of a report says that it was not delivered. */
public final class ReturnedReports implements ReportReceiver.Bounces {
    private final InstantSource clock;

    public ReturnedReports(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A wrong token has no effect: anybody can send mail to any address.
     */
    @Override
    public boolean accept(Store store, String recipient) throws StoreFailure {
        int at = recipient.lastIndexOf('@');
        int mark = recipient.lastIndexOf(Bounces.MARK, Math.max(at, 0));
        if (mark < 0 || at < 0) {
            return false;
        }
        String token = recipient.substring(mark + Bounces.MARK.length(), at);
        return new Bounces(store).accept(token, clock.instant()) != Bounces.Result.UNKNOWN;
    }
}
