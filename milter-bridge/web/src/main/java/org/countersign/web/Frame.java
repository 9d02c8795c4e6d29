package org.countersign.web;

import java.time.Instant;
import java.util.List;

/**
 * What all pages have around their content.
 *
 * @param title the title of the page; a stranger may have chosen a part of it
 * @param page the name of the page, as in its address
 * @param domain the domain that the page is about, or an empty text
 * @param days the length of the period in days
 * @param user the user that a trusted proxy named, or an empty text
 * @param formToken the token of its forms; empty if the user may only read, and the page has no forms
 * @param made when the page was made
 */
public record Frame(String title, String page, String domain, int days, String user, String formToken, Instant made) {
    /** The periods to choose from, in days. */
    public static final List<Integer> PERIODS = List.of(7, 30, 90, 400);

    /** An entry of a menu. */
    public record Entry(String page, String label) {}

    /** The menu of the whole site. */
    public static final List<Entry> SITE = List.of(
            new Entry("", "Domains"),
            new Entry("live", "Live"),
            new Entry("others", "Sent to others"),
            new Entry("received", "Received"),
            new Entry("refused", "Refused"));

    /** The menu of a domain. */
    public static final List<Entry> DOMAIN = List.of(
            new Entry("domain", "Over time"),
            new Entry("sources", "Sources"),
            new Entry("selectors", "Selectors"),
            new Entry("ready", "Ready for reject?"));

    /** Whether the page has forms that change something. */
    public boolean hasForms() {
        return !formToken.isEmpty();
    }

    /** Whether an entry of the site's menu is the one that this page belongs to. */
    public boolean isCurrent(Entry entry) {
        return entry.page().equals(page) || (entry.page().isEmpty() && !domain.isEmpty());
    }

    /** Whether an entry of a domain's menu is the one that this page belongs to. */
    public boolean isCurrentOfDomain(Entry entry) {
        return entry.page().equals(page) || (entry.page().equals("sources") && page.equals("source"));
    }

    /** The address of an entry of a domain's menu. */
    public String link(Entry entry) {
        return Links.of(entry.page(), "domain", domain, "days", Integer.toString(days));
    }

    /** The address of this page for another period. */
    public String link(int otherDays) {
        return Links.of(page, "domain", domain, "days", Integer.toString(otherDays));
    }
}
