package org.countersign.web;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.countersign.domain.DomainName;
import org.countersign.reports.send.DeliveryChanges;
import org.countersign.reports.send.MailAddress;
import org.countersign.reports.source.NamedSources;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;

/** Does what a form of a page asks for. Access was decided before; everything else in the form is the text of a stranger. */
final class Changes {
    private final WebData data;
    private final InstantSource clock;

    Changes(WebData data, InstantSource clock) {
        this.data = data;
        this.clock = clock;
    }

    /** What came of a form. */
    sealed interface Outcome {
        /**
         * It was done.
         *
         * @param next the page to show, as a relative reference
         */
        record Done(String next) implements Outcome {}

        /**
         * It cannot be done.
         *
         * @param problem what is wrong, and what to do
         */
        record Refused(String problem) implements Outcome {}
    }

    /**
     * Does it.
     *
     * @param page the name of the page that the form was sent to
     * @param user who sent it; empty for a holder of the token
     */
    Outcome run(String page, Map<String, String> form, String user) throws StoreFailure {
        return switch (page + " " + field(form, "action")) {
            case "source name" -> name(form);
            case "others suppress" -> suppress(form, user);
            case "others resume" -> resume(form);
            case "others retry" -> retry(form);
            default -> new Outcome.Refused("this form asks for nothing that can be done: load its page again");
        };
    }

    private static String field(Map<String, String> form, String name) {
        return form.getOrDefault(name, "").strip();
    }

    private Outcome name(Map<String, String> form) throws StoreFailure {
        Optional<DomainName> domain = DomainName.parse(field(form, "domain"));
        if (domain.isEmpty()) {
            return new Outcome.Refused("the domain is missing: load the page again");
        }
        String source = field(form, "source");
        String name = field(form, "name");
        try (Store store = data.writable()) {
            new NamedSources(store, clock)
                    .name(domain.get(), source, name, field(form, "sends").equals("1"));
        } catch (IllegalArgumentException unusable) {
            return new Outcome.Refused(String.valueOf(unusable.getMessage()));
        }
        String days = field(form, "days");
        return new Outcome.Done(
                name.isEmpty()
                        ? Links.of("sources", "domain", domain.get().toString(), "days", days)
                        : Links.of("source", "domain", domain.get().toString(), "source", name, "days", days));
    }

    private Outcome suppress(Map<String, String> form, String user) throws StoreFailure {
        Optional<MailAddress> address = MailAddress.parse(field(form, "address"));
        if (address.isEmpty()) {
            return new Outcome.Refused("this is no address such as dmarc@example.net");
        }
        try (Store store = data.writable()) {
            new DeliveryChanges(store, clock)
                    .suppress(address.get(), user.isEmpty() ? "by hand" : "by hand: " + Shown.text(user));
        }
        return new Outcome.Done(Links.of("others"));
    }

    private Outcome resume(Map<String, String> form) throws StoreFailure {
        try (Store store = data.writable()) {
            return new DeliveryChanges(store, clock).resume(field(form, "address"))
                    ? new Outcome.Done(Links.of("others"))
                    : new Outcome.Refused("this address is not suppressed any more");
        }
    }

    private Outcome retry(Map<String, String> form) throws StoreFailure {
        Optional<DomainName> domain = DomainName.parse(field(form, "domain"));
        try (Store store = data.writable()) {
            return domain.isPresent() && new DeliveryChanges(store, clock).retry(domain.get()) > 0
                    ? new Outcome.Done(Links.of("others"))
                    : new Outcome.Refused(
                            "no report about this domain waits or has failed, or its document was removed");
        }
    }
}
