package org.countersign.web;

import java.util.List;
import java.util.Optional;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsClient;
import org.countersign.reports.view.ReportViews;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.trace.TraceReader;

/** The data of another source, for tests that change a part of them. */
class DelegatingData implements WebData {
    private final WebData data;

    DelegatingData(WebData data) {
        this.data = data;
    }

    @Override
    public ReportViews reports() throws StoreFailure {
        return data.reports();
    }

    @Override
    public Store writable() throws StoreFailure {
        return data.writable();
    }

    @Override
    public TraceReader trace() throws StoreFailure {
        return data.trace();
    }

    @Override
    public List<KeyEntry> keys() {
        return data.keys();
    }

    @Override
    public Optional<DnsClient> dns() {
        return data.dns();
    }

    @Override
    public boolean isTraceOn() {
        return data.isTraceOn();
    }
}
