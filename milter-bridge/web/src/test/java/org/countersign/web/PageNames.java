package org.countersign.web;

import java.util.List;

/** Every page, with parameters for which {@link FilledStore} has data. */
final class PageNames {
    static final List<String> ALL = List.of(
            "",
            "?days=400&unauthenticated=1",
            "domain?domain=example.org",
            "domain?domain=example.org&days=400",
            "sources?domain=example.org&days=90",
            "source?domain=example.org&source=Twilio+SendGrid",
            "source?domain=example.org&source=crm.example.com",
            Links.of("source", "domain", "example.org", "source", FilledStore.HOSTILE)
                    .substring(2),
            "ready?domain=example.org",
            "ready?domain=parked.example",
            "selectors?domain=example.org",
            "others",
            "received",
            "received?unauthenticated=1",
            "refused",
            "live",
            "message?id=" + FilledStore.TRACED,
            Links.of("message", "id", FilledStore.HOSTILE).substring(2));

    private PageNames() {}
}
