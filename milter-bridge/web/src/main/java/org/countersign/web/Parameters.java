package org.countersign.web;

import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.reports.view.ReportViews;
import org.countersign.reports.view.ViewPeriod;
import org.countersign.web.http.PageRequest;

/** The parameters that pages have in common. Whatever is wrong counts as not given. */
final class Parameters {
    private static final int DEFAULT_DAYS = 30;
    private static final int MAX_DIGITS = 3;

    private final PageRequest request;

    Parameters(PageRequest request) {
        this.request = request;
    }

    /** The domain that the page is about. */
    Optional<DomainName> domain() {
        return DomainName.parse(request.parameter("domain"));
    }

    /** How many days. */
    int days() {
        String text = request.parameter("days");
        boolean isNumber =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Math.clamp(Integer.parseInt(text), 1, ViewPeriod.MAX_DAYS) : DEFAULT_DAYS;
    }

    /** Whether reports count whose sender is not authenticated. */
    boolean unauthenticated() {
        return request.parameter("unauthenticated").equals("1");
    }

    /** The period of these days. */
    ViewPeriod period(ReportViews views) {
        ViewPeriod period = views.lastDays(days());
        return unauthenticated() ? period.withUnauthenticated() : period;
    }

    String text(String name) {
        return request.parameter(name);
    }
}
