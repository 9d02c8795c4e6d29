package org.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What forms of the pages change, and for whom. */
@Timeout(240)
class WebFormsTest {
    private static final String SOURCE = "source?domain=example.org&source=203.0.113.0%2F24";
    private static final String MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

    @TempDir
    private Path temp;

    private FilledStore store;
    private TestSite site;

    @BeforeEach
    void start() throws Exception {
        store = new FilledStore(temp.resolve("store.db")).fill(3);
        site = new TestSite(temp, store, new LiveVerdicts());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Document page(String name) throws IOException, InterruptedException {
        return Jsoup.parse(site.get(name).body());
    }

    private static String token(Document page) {
        return page.select("input[name=form-token]").first().val();
    }

    private HttpResponse<String> post(TestSite to, HttpRequest.Builder request, Map<String, String> form)
            throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return to.send(request.header("Origin", to.origin()).POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> post(String page, Map<String, String> form) throws IOException, InterruptedException {
        return post(site, site.admitted(page), form);
    }

    private static Map<String, String> naming(String token, String source, String name) {
        return Map.of(
                "form-token",
                token,
                "action",
                "name",
                "domain",
                "example.org",
                "source",
                source,
                "name",
                name,
                "sends",
                "1");
    }

    @Test
    void aNamedSourceIsKnownAndHasItsNameOnEveryPage() throws Exception {
        HttpResponse<String> named = post("source", naming(token(page(SOURCE)), "203.0.113.0/24", "Our newsletter"));
        assertThat(named.statusCode()).isEqualTo(303);
        String next = named.headers().firstValue("Location").orElseThrow();
        assertThat(next).isEqualTo("./source?domain=example.org&source=Our+newsletter");
        Document page = page(next.substring(2));
        assertThat(page.select("h1").text()).isEqualTo("Our newsletter");
        assertThat(page.select(".lead .badge").text()).isEqualTo("known but failing");
        assertThat(page.select("input[name=sends]").hasAttr("checked")).isTrue();
        for (String name : List.of("sources?domain=example.org", "ready?domain=example.org")) {
            assertThat(page(name).text()).contains("Our newsletter").doesNotContain("203.0.113.0/24");
        }
        assertThat(post("source", naming(token(page), "Our newsletter", "")).statusCode())
                .isEqualTo(303);
        assertThat(page(SOURCE).select(".lead .badge").text()).isEqualTo("unknown");
    }

    @Test
    void markupInANameIsShownAsText() throws Exception {
        assertThat(post("source", naming(token(page(SOURCE)), "203.0.113.0/24", MARKUP))
                        .statusCode())
                .isEqualTo(303);
        for (String name : List.of(
                "sources?domain=example.org",
                "ready?domain=example.org",
                Links.of("source", "domain", "example.org", "source", MARKUP).substring(2))) {
            Document page = page(name);
            assertThat(page.select("img, script, [onerror]")).isEmpty();
            assertThat(page.text()).contains(MARKUP);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"turned\u202Ename", "two\nlines", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void aNameThatNobodyCouldReadIsRefused(String name) throws Exception {
        HttpResponse<String> answer = post("source", naming(token(page(SOURCE)), "203.0.113.0/24", name));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("A name has at most 60 characters");
    }

    @Test
    void aSuppressedAddressIsResumedAndSuppressedAgain() throws Exception {
        Document others = page("others");
        assertThat(others.text()).contains("dmarc@gmx.example");
        assertThat(post(
                                "others",
                                Map.of("form-token", token(others), "action", "resume", "address", "dmarc@gmx.example"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("others").text()).doesNotContain("dmarc@gmx.example");
        assertThat(post("others", Map.of("form-token", token(others), "action", "suppress", "address", "A@gmx.example"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("others").text()).contains("a@gmx.example").contains("by hand");
        assertThat(post("others", Map.of("form-token", token(others), "action", "suppress", "address", "no address"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aFailedReportWaitsAgain() throws Exception {
        Document others = page("others");
        Map<String, String> retry = Map.of("form-token", token(others), "action", "retry", "domain", "gmx.example");
        // Its document was removed.
        assertThat(post("others", retry).statusCode()).isEqualTo(400);
        store.execute("UPDATE report_out SET body = 'x'");
        assertThat(post("others", retry).statusCode()).isEqualTo(303);
        assertThat(page("others")
                        .select("tr:contains(gmx.example) td[data-label=Waiting]")
                        .text())
                .isEqualTo("1");
    }

    @Test
    void aFormWithoutTheTokenOfItsPageIsRefused() throws Exception {
        for (String token : List.of("", "x", "9999999999.a.b", site.bearer, site.token.ticket(FilledStore.NOW))) {
            assertThat(post("source", naming(token, "203.0.113.0/24", "forged")).statusCode())
                    .isEqualTo(403);
        }
        assertThat(page("sources?domain=example.org").text()).doesNotContain("forged");
    }

    @Test
    void aLinkChangesNothing() throws Exception {
        String token = token(page(SOURCE));
        assertThat(site.get("source?action=name&domain=example.org&source=203.0.113.0/24&name=linked&form-token="
                                + token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(page("sources?domain=example.org").text()).doesNotContain("linked");
    }

    @Test
    void anUnknownFormIsRefused() throws Exception {
        String token = token(page(SOURCE));
        for (String page : List.of("live", "", "others", "no-such-page")) {
            assertThat(post(page, Map.of("form-token", token, "action", "name")).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void usersOfTheProxyOnlyReadUnlessTheSettingSaysOtherwise() throws Exception {
        try (TestSite reading = TestSite.behindProxy(temp, store, false)) {
            HttpResponse<String> page = reading.send(reading.request(SOURCE).header("X-Remote-User", "alice"));
            assertThat(page.body()).doesNotContain("<form", "form-token");
            assertThat(post(reading, reading.request("source").header("X-Remote-User", "alice"), naming("", "x", "y"))
                            .body())
                    .contains("http.proxy-changes");
        }
        try (TestSite changing = TestSite.behindProxy(temp, store, true)) {
            String token =
                    token(Jsoup.parse(changing.send(changing.request(SOURCE).header("X-Remote-User", "alice"))
                            .body()));
            assertThat(post(
                                    changing,
                                    changing.request("source").header("X-Remote-User", "bob"),
                                    naming(token, "203.0.113.0/24", "of bob"))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(post(
                                    changing,
                                    changing.request("source").header("X-Remote-User", "alice"),
                                    naming(token, "203.0.113.0/24", "of alice"))
                            .statusCode())
                    .isEqualTo(303);
        }
    }
}
