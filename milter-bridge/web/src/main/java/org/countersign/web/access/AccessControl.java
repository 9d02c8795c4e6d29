package org.countersign.web.access;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.countersign.domain.IpNetwork;
import org.countersign.syntax.Ascii;
import org.countersign.web.http.PageRequest;

/**
 * Decides who may read the web page. That is a browser with a session, which began with a ticket of
 * {@code countersign reports open}, a program with the token, or the user of a trusted proxy.
 *
 * <p>The {@code Host} field must name this server, because otherwise the owner of a foreign name could let it point here
 * and read the page through a visitor's browser (DNS rebinding). A change must come from one of its own pages, as the field
 * {@code Origin} says, and have the token of this page.
 */
public final class AccessControl {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int MISDIRECTED = 421;
    private static final int UNAVAILABLE = 503;

    /** The field of a form that has the token of its page. */
    public static final String FORM_FIELD = "form-token";

    private static final String COOKIE = "countersign";
    private static final String BEARER = "Bearer ";
    private static final int MAX_COOKIES = 4;
    // More than anybody opens in two minutes.
    private static final int MAX_USED = 1_000;

    private final WebAccess settings;
    private final InstantSource clock;
    // Tickets that were used, until they are too old anyway.
    private final Map<String, Instant> used = new LinkedHashMap<>();

    public AccessControl(WebAccess settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Decides about a request. */
    public Admission admit(PageRequest request) {
        String host = request.field("Host").map(Ascii::lower).orElse("");
        if (!isOurs(withoutPort(host))) {
            return new Admission.Refused(
                    MISDIRECTED,
                    "this server is not known by the name of your request: add it to http.hosts in the policy file");
        }
        if (request.isPost() && !isFromOwnPage(request, host)) {
            return new Admission.Refused(FORBIDDEN, "a form is accepted only from a page of this server");
        }
        Optional<String> user = proxyUser(request);
        if (user.isPresent()) {
            return ofProxy(request, user.get());
        }
        if (settings.hosts().isEmpty() && !request.client().isLoopbackAddress()) {
            return new Admission.Refused(
                    FORBIDDEN,
                    "this page is for the host itself: use ssh -L, or a reverse proxy, or name this server in"
                            + " http.hosts");
        }
        try {
            return byToken(request, AccessToken.read(settings.tokenFile()));
        } catch (IOException failure) {
            return new Admission.Refused(UNAVAILABLE, String.valueOf(failure.getMessage()));
        }
    }

    private Optional<String> proxyUser(PageRequest request) {
        boolean isProxy = settings.proxy()
                .filter(proxy -> proxy.contains(request.client()))
                .isPresent();
        return isProxy ? request.field(settings.userField()).filter(user -> !user.isBlank()) : Optional.empty();
    }

    /** A user of the proxy can read even if the token cannot be read. */
    private Admission ofProxy(PageRequest request, String user) {
        if (!settings.proxyChanges()) {
            return request.isPost()
                    ? new Admission.Refused(
                            FORBIDDEN,
                            "users of the proxy may only read: http.proxy-changes in the policy file is false")
                    : new Admission.Allowed(user, "");
        }
        try {
            return allowed(request, user, AccessToken.read(settings.tokenFile()));
        } catch (IOException failure) {
            return request.isPost()
                    ? new Admission.Refused(UNAVAILABLE, String.valueOf(failure.getMessage()))
                    : new Admission.Allowed(user, "");
        }
    }

    /** A form needs the token of the page that it is on, which no other site can read. */
    private Admission allowed(PageRequest request, String user, AccessToken token) {
        Instant now = clock.instant();
        if (request.isPost() && !token.isForm(request.form().getOrDefault(FORM_FIELD, ""), user, now)) {
            return new Admission.Refused(FORBIDDEN, "this form is too old, or of another user: load its page again");
        }
        return new Admission.Allowed(user, token.form(user, now));
    }

    private Admission byToken(PageRequest request, AccessToken token) {
        Instant now = clock.instant();
        String ticket = request.parameter("ticket");
        if (!ticket.isEmpty()) {
            return token.isTicket(ticket, now) && use(ticket, now)
                    ? new Admission.Entered(COOKIE + "=" + token.session(now) + "; Max-Age="
                            + AccessToken.SESSION_AGE.toSeconds() + "; HttpOnly; SameSite=Strict")
                    : new Admission.Refused(
                            UNAUTHORIZED,
                            "this link was used already, or is older than " + AccessToken.TICKET_AGE.toMinutes()
                                    + " minutes: run countersign reports open again");
        }
        boolean isKnown = request.field("Authorization")
                        .filter(value -> value.startsWith(BEARER) && token.is(value.substring(BEARER.length())))
                        .isPresent()
                || cookies(request).anyMatch(value -> token.isSession(value, now));
        return isKnown
                ? allowed(request, "", token)
                : new Admission.Refused(
                        UNAUTHORIZED,
                        "run countersign reports open on the mail server, as root or as the user of the service,"
                                + " and open the link that it prints");
    }

    private synchronized boolean use(String ticket, Instant now) {
        used.values().removeIf(end -> !end.isAfter(now));
        return used.size() < MAX_USED && used.putIfAbsent(ticket, now.plus(AccessToken.TICKET_AGE)) == null;
    }

    /** The values of our cookie. A page of another port of this host may have set one of the same name. */
    private static Stream<String> cookies(PageRequest request) {
        return request.fields().getOrDefault("Cookie", List.of()).stream()
                .flatMap(field -> Stream.of(field.split(";", -1)))
                .map(String::strip)
                .filter(pair -> pair.startsWith(COOKIE + "="))
                .map(pair -> pair.substring(COOKIE.length() + 1))
                .limit(MAX_COOKIES);
    }

    private boolean isOurs(String host) {
        return host.equals("localhost")
                || IpNetwork.parseAddress(withoutBrackets(host))
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent()
                || settings.hosts().stream().map(Ascii::lower).anyMatch(host::equals);
    }

    /** Browsers send the field Origin with every form, and a page of another site cannot change it. */
    private static boolean isFromOwnPage(PageRequest request, String host) {
        String origin = request.field("Origin").map(Ascii::lower).orElse("");
        return origin.equals("http://" + host) || origin.equals("https://" + host);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
