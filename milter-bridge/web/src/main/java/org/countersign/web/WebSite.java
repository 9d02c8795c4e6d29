package org.countersign.web;

import com.sun.net.httpserver.Headers;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.countersign.explain.Explanation;
import org.countersign.explain.ExplanationJson;
import org.countersign.store.StoreFailure;
import org.countersign.web.access.AccessControl;
import org.countersign.web.access.Admission;
import org.countersign.web.http.Page;
import org.countersign.web.http.PageRequest;
import org.countersign.web.http.PageThreads;

/**
 * The web page: answers each request under its prefix with HTML, or with JSON if the field {@code Accept} asks for that.
 *
 * <p>A request is first admitted, then its {@link View} is made of the store, and then written. So somebody who is not admitted
 * learns nothing, not even which pages exist.
 */
public final class WebSite implements Page {
    /** The prefix of all its pages. */
    public static final String PREFIX = "/reports/";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json";
    // The name of no user: a cached view has the forms of its visitor.
    private static final String NOBODY = "\n";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final Set<String> ALWAYS_NEW = Set.of("live", "message");
    // Made without the store, so that they do not wait for it.
    private static final Set<String> IN_MEMORY = Set.of("live");
    private static final String RETRY_SECONDS = "10";

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(null, ContentType.Html, WebSite.class.getClassLoader());
    private final ViewCache cache = new ViewCache();
    private final Assets assets = new Assets();
    private final PageThreads threads;
    private final PageThreads threadOfMemory = new PageThreads(1, PageThreads.PATIENCE);
    private final AccessControl access;
    private final Views views;
    private final Changes changes;
    private final InstantSource clock;

    /**
     * @param live the last verdicts
     */
    public WebSite(AccessControl access, WebData data, LiveVerdicts live, InstantSource clock) {
        this(access, data, live, clock, PageThreads.ofThisProcess(PageThreads.PATIENCE));
    }

    WebSite(AccessControl access, WebData data, LiveVerdicts live, InstantSource clock, PageThreads threads) {
        this.access = access;
        this.threads = threads;
        this.views = new Views(data, live, clock);
        this.changes = new Changes(data, clock);
        this.clock = clock;
    }

    /**
     * Makes the first page once, so that its first visitor does not wait for classes that are loaded and a store that is read from
     * the disk.
     *
     * @return whether that was possible
     */
    public boolean warmUp() {
        PageRequest request =
                new PageRequest("GET", PREFIX, Map.of(), new Headers(), InetAddress.getLoopbackAddress(), Map.of());
        return admitted(request, "", new Admission.Allowed(NOBODY, "")).status() == OK;
    }

    @Override
    public boolean takesForms() {
        return true;
    }

    @Override
    public Response answer(PageRequest request) {
        String name = request.path().substring(Math.min(request.path().length(), PREFIX.length()));
        return switch (access.admit(request)) {
            case Admission.Refused refused ->
                // The page that says so needs its style.
                assets.find(name).orElseGet(() -> write(request, problem("", refused.status(), refused.problem())));
            case Admission.Entered entered -> Response.seeOther("./").with("Set-Cookie", entered.cookie());
            case Admission.Allowed allowed -> assets.find(name).orElseGet(() -> admitted(request, name, allowed));
        };
    }

    private Response admitted(PageRequest request, String name, Admission.Allowed visitor) {
        boolean inMemory = IN_MEMORY.contains(name) && !request.isPost();
        try {
            return (inMemory ? threadOfMemory : threads)
                    .make(() -> made(request, name, visitor))
                    .orElseGet(() -> busy(request, visitor));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Response.unavailable("the service stops");
        }
    }

    private Response busy(PageRequest request, Admission.Allowed visitor) {
        String problem = "the page takes longer than " + PageThreads.PATIENCE.toSeconds()
                + " seconds: the store does not answer, or too many pages are asked for at once. Try again later";
        return write(request, problem(visitor.user(), UNAVAILABLE, problem)).with("Retry-After", RETRY_SECONDS);
    }

    private Response made(PageRequest request, String name, Admission.Allowed visitor) {
        String user = visitor.user();
        try {
            if (request.isPost()) {
                return changed(request, name, visitor);
            }
            Optional<View> view = view(name, request, visitor);
            return write(
                    request, view.orElseGet(() -> problem(user, NOT_FOUND, "there is no page " + Shown.text(name))));
        } catch (StoreFailure failure) {
            return write(request, problem(user, UNAVAILABLE, failure.problem()));
        }
    }

    private Response changed(PageRequest request, String name, Admission.Allowed visitor) throws StoreFailure {
        Changes.Outcome outcome = changes.run(name, request.form(), visitor.user());
        // What it has changed is on several pages.
        cache.clear();
        return switch (outcome) {
            case Changes.Outcome.Done done -> Response.seeOther(done.next());
            case Changes.Outcome.Refused refused ->
                write(request, problem(visitor.user(), BAD_REQUEST, refused.problem()));
        };
    }

    private Optional<View> view(String name, PageRequest request, Admission.Allowed visitor) throws StoreFailure {
        if (ALWAYS_NEW.contains(name)) {
            return views.find(name, request, visitor);
        }
        String key = name + '\n' + visitor.user() + '\n' + new TreeMap<>(request.query());
        Optional<View> known = cache.find(key, clock.instant());
        if (known.isPresent()) {
            return known;
        }
        Optional<View> made = views.find(name, request, visitor);
        made.ifPresent(view -> cache.add(key, view));
        return made;
    }

    private View problem(String user, int status, String problem) {
        return Views.problem(status, problem, user, clock.instant());
    }

    private Response write(PageRequest request, View view) {
        if (wantsJson(request)) {
            return new Response(view.status(), JSON, json(view.json().get()));
        }
        StringOutput html = new StringOutput();
        templates.render(view.template(), view.parameters(), html);
        return new Response(view.status(), HTML, html.toString(), Map.of("Vary", "Accept"));
    }

    /** A browser names HTML, and never JSON before it. */
    private static boolean wantsJson(PageRequest request) {
        String accepted = request.field("Accept").orElse("");
        int json = accepted.indexOf(JSON);
        int html = accepted.indexOf("text/html");
        return json >= 0 && (html < 0 || json < html);
    }

    private static String json(Explanation.Group group) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(text, false, StandardCharsets.UTF_8)) {
            ExplanationJson.write(group, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array cannot fail", impossible);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
