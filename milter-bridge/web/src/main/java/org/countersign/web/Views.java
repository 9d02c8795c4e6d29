package org.countersign.web;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.countersign.domain.DomainName;
import org.countersign.explain.Explanation;
import org.countersign.reports.view.DomainHistory;
import org.countersign.reports.view.OtherDomains;
import org.countersign.reports.view.Overview;
import org.countersign.reports.view.Readiness;
import org.countersign.reports.view.ReceivedReports;
import org.countersign.reports.view.RefusedReports;
import org.countersign.reports.view.ReportViews;
import org.countersign.reports.view.Selectors;
import org.countersign.reports.view.Sources;
import org.countersign.reports.view.ViewExplanations;
import org.countersign.reports.view.ViewPeriod;
import org.countersign.store.StoreFailure;
import org.countersign.trace.TraceEntry;
import org.countersign.trace.TraceReader;
import org.countersign.web.access.Admission;
import org.countersign.web.http.PageRequest;

/** Makes the view of each page from the store and from memory. */
final class Views {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int MAX_FOUND = 100;

    private final WebData data;
    private final LiveVerdicts live;
    private final InstantSource clock;

    Views(WebData data, LiveVerdicts live, InstantSource clock) {
        this.data = data;
        this.live = live;
        this.clock = clock;
    }

    /** The view of a page; empty if there is none with this name and these parameters. */
    Optional<View> find(String name, PageRequest request, Admission.Allowed visitor) throws StoreFailure {
        Parameters parameters = new Parameters(request);
        return switch (name) {
            case "", "others", "received", "refused" -> Optional.of(ofSite(name, parameters, visitor));
            case "live" -> Optional.of(live(parameters, visitor));
            case "message" -> Optional.of(message(parameters, visitor));
            default -> {
                Optional<DomainName> domain = parameters.domain();
                yield domain.isPresent() ? ofDomain(name, domain.get(), parameters, visitor) : Optional.empty();
            }
        };
    }

    private Optional<View> ofDomain(String name, DomainName domain, Parameters parameters, Admission.Allowed visitor)
            throws StoreFailure {
        Frame frame = new Frame(
                Shown.text(domain.toString()),
                name,
                domain.toString(),
                parameters.days(),
                visitor.user(),
                visitor.formToken(),
                clock.instant());
        try (ReportViews views = data.reports()) {
            ViewPeriod period = parameters.period(views);
            return switch (name) {
                case "domain" -> {
                    DomainHistory history = views.history(domain, period);
                    yield Optional.of(view(frame, "domain.jte", history, () -> ViewExplanations.of(history)));
                }
                case "sources" -> {
                    Sources sources = views.sources(domain, period);
                    yield Optional.of(view(frame, "sources.jte", sources, () -> ViewExplanations.of(sources)));
                }
                case "source" ->
                    views.source(domain, parameters.text("source"), period)
                            .map(source -> view(frame, "source.jte", source, () -> ViewExplanations.of(source)));
                case "ready" -> {
                    Readiness ready = views.ready(domain, parameters.unauthenticated());
                    yield Optional.of(view(frame, "ready.jte", ready, () -> ViewExplanations.of(ready)));
                }
                case "selectors" -> {
                    Selectors selectors = views.selectors(domain, period, data.keys(), data.dns());
                    yield Optional.of(view(frame, "selectors.jte", selectors, () -> ViewExplanations.of(selectors)));
                }
                default -> Optional.empty();
            };
        }
    }

    private View ofSite(String name, Parameters parameters, Admission.Allowed visitor) throws StoreFailure {
        try (ReportViews views = data.reports()) {
            ViewPeriod period = parameters.period(views);
            return switch (name) {
                case "others" -> {
                    OtherDomains others = views.others(period);
                    yield view(
                            site("Sent to others", name, parameters, visitor),
                            "others.jte",
                            others,
                            () -> ViewExplanations.of(others));
                }
                case "received" -> {
                    ReceivedReports received = views.received(period);
                    yield view(
                            site("Received reports", name, parameters, visitor),
                            "received.jte",
                            received,
                            () -> ViewExplanations.of(received));
                }
                case "refused" -> {
                    RefusedReports refused = views.refused(period);
                    yield view(
                            site("Refused", name, parameters, visitor),
                            "refused.jte",
                            refused,
                            () -> ViewExplanations.of(refused));
                }
                default -> {
                    Overview overview = views.overview(period);
                    yield new View(
                            OK,
                            site("Your domains", "", parameters, visitor),
                            "overview.jte",
                            Map.of("view", overview, "last", views.lastReport(period)),
                            () -> ViewExplanations.of(overview));
                }
            };
        }
    }

    private View live(Parameters parameters, Admission.Allowed visitor) {
        LiveView view = LiveView.of(live, parameters.text("verdict"), parameters.text("text"), data.isTraceOn());
        return view(site("Live verdicts", "live", parameters, visitor), "live.jte", view, view::json);
    }

    private View message(Parameters parameters, Admission.Allowed visitor) throws StoreFailure {
        String id = parameters.text("id");
        Instant now = clock.instant();
        try (TraceReader trace = data.trace()) {
            List<TraceEntry> found = trace.find(id, MAX_FOUND);
            Optional<Instant> time = instant(parameters.text("time"));
            // Queue ids come again after a time.
            Optional<TraceEntry> nearest = found.stream()
                    .min(Comparator.comparing(each ->
                            Duration.between(each.time(), time.orElse(now)).abs()));
            if (nearest.isEmpty()) {
                return problem(
                        NOT_FOUND,
                        data.isTraceOn()
                                ? "the trace has no message with this id: it is written a few seconds after the answer"
                                        + " to the client, and removed after trace.days"
                                : "no message is traced, because trace.days is 0: set it in the policy file, for"
                                        + " example trace: { days: 14 }, and restart the service",
                        visitor.user(),
                        now);
            }
            TraceEntry entry = nearest.get();
            Optional<Explanation.Group> explanation = trace.explanation(entry);
            List<TraceEntry> others =
                    found.stream().filter(other -> other.id() != entry.id()).toList();
            return view(
                    site("Message " + Shown.text(id), "message", parameters, visitor),
                    "message.jte",
                    MessageView.of(entry, explanation, others),
                    () -> explanation.orElseGet(Explanation.Group::new));
        } catch (IOException unreadable) {
            return problem(
                    NOT_FOUND, "the explanation cannot be read: " + unreadable.getMessage(), visitor.user(), now);
        }
    }

    private static Optional<Instant> instant(String millis) {
        try {
            return Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    /** A page that only says what is wrong. */
    static View problem(int status, String problem, String user, Instant now) {
        return new View(
                status,
                new Frame(title(status), "problem", "", 0, user, "", now),
                "problem.jte",
                Map.of("problem", problem),
                () -> new Explanation.Group().text("problem", problem));
    }

    private static String title(int status) {
        return switch (status) {
            case 401 -> "Please show that you may read this";
            case 403, 421 -> "This request is refused";
            case 400 -> "This cannot be done";
            case NOT_FOUND -> "Not found";
            default -> "Not available now";
        };
    }

    private Frame site(String title, String page, Parameters parameters, Admission.Allowed visitor) {
        return new Frame(title, page, "", parameters.days(), visitor.user(), visitor.formToken(), clock.instant());
    }

    private static View view(Frame frame, String template, Object view, Supplier<Explanation.Group> json) {
        return new View(OK, frame, template, Map.of("view", view), json);
    }
}
