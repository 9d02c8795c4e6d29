package org.countersign.web;

import java.util.List;
import java.util.Optional;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsClient;
import org.countersign.reports.view.ReportViews;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.trace.TraceReader;

/** Where the web page has its data from. Each call opens the store, and the caller closes what it gets. */
public interface WebData {
    /**
     * The views over reports.
     *
     * @throws StoreFailure if the store does not exist or cannot be read
     */
    ReportViews reports() throws StoreFailure;

    /**
     * The store, for a change that a form asks for.
     *
     * @throws StoreFailure if the store cannot be written
     */
    Store writable() throws StoreFailure;

    /**
     * The explanations of messages.
     *
     * @throws StoreFailure if the store does not exist or cannot be read
     */
    TraceReader trace() throws StoreFailure;

    /** The keys of the policy file, for comparison with the selectors that reports show. */
    List<KeyEntry> keys();

    /** Where keys are looked up; empty for nowhere. */
    Optional<DnsClient> dns();

    /** Whether messages are traced now. */
    boolean isTraceOn();
}
