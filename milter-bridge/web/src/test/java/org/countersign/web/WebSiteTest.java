package org.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.countersign.reports.view.ReportViews;
import org.countersign.store.StoreFailure;
import org.countersign.web.access.AccessControl;
import org.countersign.web.access.WebAccess;
import org.countersign.web.http.PageThreads;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages say, as HTML and as JSON. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebSiteTest {
    private TestSite site;

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        site = new TestSite(
                temp, new FilledStore(temp.resolve("store.db")).fill(400).withMessages(), FilledStore.live());
    }

    @AfterAll
    void stop() {
        site.close();
    }

    static List<String> pages() {
        return PageNames.ALL;
    }

    private Document html(String page) throws Exception {
        HttpResponse<String> response = site.get(page);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Jsoup.parse(response.body(), site.url());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageIsCompleteHtmlWithATitleAndOneHeading(String page) throws Exception {
        Document html = html(page);
        assertThat(html.title()).endsWith("· Countersign");
        assertThat(html.select("h1")).hasSize(1);
        assertThat(html.select("html").attr("lang")).isEqualTo("en");
        assertThat(html.select("table")).allSatisfy(table -> {
            assertThat(table.select("caption")).hasSize(1);
            assertThat(table.select("thead th"))
                    .allMatch(cell -> cell.attr("scope").equals("col"));
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageIsJsonToo(String page) throws Exception {
        HttpResponse<String> response = site.send(site.admitted(page).header("Accept", "application/json"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).startsWith("{").contains("\"");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void allReferencesAreRelativeSoThatAProxyMayAddAPrefix(String page) throws Exception {
        for (Element element : html(page).select("[href], [src], [action]")) {
            for (String name : List.of("href", "src", "action")) {
                assertThat(element.attr(name))
                        .doesNotStartWith("/")
                        .doesNotContain("//")
                        .doesNotContain(":");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void textOfStrangersIsNeitherMarkupNorALinkTarget(String page) throws Exception {
        Document html = html(page);
        assertThat(html.select("img, script:not([src]), [onerror], [style]")).isEmpty();
        assertThat(html.html()).doesNotContain("\u202E").doesNotContain("49javascript");
    }

    @Test
    void aTextWithHiddenCharactersShowsThem() throws Exception {
        assertThat(html("sources?domain=example.org").text())
                .contains("<script>alert(1)</script>")
                .contains("<U+202E>gpj.exe");
        assertThat(html("live").text()).contains("<U+202E>gpj.exe");
    }

    @Test
    void theOverviewHasTheSumsOfEachDomain() throws Exception {
        Document html = html("");
        assertThat(html.select("tbody th").eachText())
                .containsExactly("example.org", "parked.example", "shop.example.net");
        assertThat(html.select("tbody tr").first().text()).contains("p=quarantine", "29 of 30", "28 Nov 2026");
        assertThat(html.select(".tile").first().text()).matches("Messages \\d{1,3},\\d{3}");
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 30, 90, 400})
    void aChartHasABarForEachDayAndTheTableHasItsNumbers(int days) throws Exception {
        Document html = html("domain?domain=example.org&days=" + days);
        assertThat(html.select("svg.chart.wide g.day")).hasSize(days);
        assertThat(html.select("svg.chart.narrow g.day")).hasSize(days);
        assertThat(html.select("details tbody tr")).hasSize(days);
        assertThat(html.select("svg.chart.wide > title").text()).isEqualTo("Messages a day");
        assertThat(html.select("svg.chart.wide > desc").text()).contains("passed", "forwarded", "unknown");
        String latest =
                html.select("details tbody tr").first().select("td").first().text();
        assertThat(html.select("svg.chart.wide g.day title").last().text()).startsWith("28 Nov 2026: ");
        assertThat(latest).matches("[0-9,]+");
    }

    @Test
    void theAxisOfAChartBeginsAtZero() throws Exception {
        Document html = html("domain?domain=example.org");
        Element chart = html.selectFirst("svg.chart.wide");
        assertThat(chart.select("text").first().text()).isEqualTo("0");
        double base = Double.parseDouble(chart.selectFirst("line.grid").attr("y1"));
        assertThat(chart.select("rect.p-pass").stream()
                        .filter(bar -> !bar.parent().tagName().equals("pattern"))
                        .mapToDouble(bar -> Double.parseDouble(bar.attr("y")) + Double.parseDouble(bar.attr("height"))))
                .allMatch(bottom -> Math.abs(bottom - base) < 0.2);
    }

    @Test
    void aDayWithoutAReportIsAGapAndNotZero() throws Exception {
        Document html = html("domain?domain=example.org");
        assertThat(html.select("svg.chart.wide rect.gap")).hasSize(1);
        assertThat(html.select("details tbody tr").text()).contains("19 Nov 2026 no report about this day");
    }

    @Test
    void kindsAreSaidInWordsAndByShape() throws Exception {
        Document html = html("sources?domain=example.org");
        assertThat(html.select("caption .badge").eachText())
                .as("what is to be repaired first")
                .containsExactly("known but failing", "sender", "ours", "forwarder", "unknown");
        assertThat(html.select("caption .badge svg")).hasSize(5);
    }

    @Test
    void whatFailedLeadsToItsSources() throws Exception {
        String sources = "./sources?domain=example.org&days=30";
        assertThat(html("").select("td[data-label=Failed] a").first().attr("href"))
                .isEqualTo(sources);
        assertThat(html("domain?domain=example.org").select(".tile a").eachAttr("href"))
                .containsExactly(sources, sources);
        assertThat(html("domain?domain=shop.example.net").select(".tile a")).isEmpty();
    }

    @Test
    void aProblemIsASentence() throws Exception {
        assertThat(Jsoup.parse(site.get("nothing").body()).select("main p").text())
                .isEqualTo("There is no page nothing.");
        assertThat(Shown.sentence("/var/lib/store.db does not exist")).isEqualTo("/var/lib/store.db does not exist.");
        assertThat(Shown.sentence("jdbc:postgresql://db/x is away.")).isEqualTo("jdbc:postgresql://db/x is away.");
        assertThat(Shown.sentence("")).isEqualTo(".");
    }

    @Test
    void refusedReportsSayWhatToDo() throws Exception {
        assertThat(html("refused").select(".note").text()).contains("reports.receive.about");
    }

    @Test
    void aPeriodWithoutReportsSaysWhatToDo() throws Exception {
        assertThat(html("domain?domain=empty.example").text()).contains("No data in this period", "rua=mailto:");
        assertThat(html("sources?domain=empty.example").text()).contains("No source in this period");
    }

    @Test
    void liveVerdictsAreFilteredByVerdictAndText() throws Exception {
        Document all = html("live");
        assertThat(all.select("#verdicts tr")).hasSize(62);
        Document rejected = html("live?verdict=reject&text=EXAMPLE.org");
        assertThat(rejected.select("#verdicts tr")).hasSize(10);
        assertThat(rejected.select("#verdicts .badge").eachText()).containsOnly("reject");
        assertThat(html("live?text=nothing-like-this").text()).contains("No message in memory matches.");
    }

    @Test
    void whatMonitorDidNotDoIsShownAndFound() throws Exception {
        assertThat(html("live?verdict=reject&text=monitored")
                        .select("#verdicts td:nth-child(2)")
                        .eachText())
                .containsExactly("accept would be reject");
        assertThat(html("live?verdict=quarantine&text=monitored")
                        .select("#verdicts .badge")
                        .eachText())
                .isEmpty();
        assertThat(site.send(site.admitted("live?text=monitored").header("Accept", "application/json"))
                        .body())
                .contains("\"would-be\" : \"reject\"");
    }

    @Test
    void aTracedMessageIsExplainedAsInTheTerminal() throws Exception {
        String link = html("live?text=" + FilledStore.TRACED)
                .select("#verdicts a")
                .attr("href")
                .substring(2);
        Document page = html(link);
        assertThat(page.select("dl.facts").text())
                .contains("reject", "dmarc-reject", "192.0.2.7", FilledStore.TRACED, "sender.example");
        assertThat(page.select("pre").text())
                .contains("SPF", "DMARC", "reject")
                .isEqualTo(
                        Jsoup.parse(site.get("message?id=" + FilledStore.TRACED).body())
                                .select("pre")
                                .text());
        assertThat(site.send(site.admitted(link).header("Accept", "application/json"))
                        .body())
                .contains("\"verdict\"", FilledStore.TRACED);
    }

    @Test
    void everyLiveVerdictLinksToItsExplanation() throws Exception {
        assertThat(html("live").select("#verdicts tr").last().select("a").attr("href"))
                .startsWith("./message?id=%22%27%3E%3Cscript%3E");
        assertThat(site.get("message?id=unknown").statusCode()).isEqualTo(404);
        assertThat(site.get("source?domain=example.org&source=unknown").statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "domain",
                "domain?domain=",
                "domain?domain=%00",
                "sources?domain=a..b",
                "style",
                "../metrics"
            })
    void everyOtherPageIsNotFound(String page) throws Exception {
        assertThat(site.get(page).statusCode()).isEqualTo(404);
    }

    @Test
    void aPeriodWithoutReportsTellsWhenTheLastOneCame(@TempDir Path temp) throws Exception {
        FilledStore data = new FilledStore(temp.resolve("store.db")).fill(1);
        data.execute("DELETE FROM report_source_day");
        data.execute("DELETE FROM report_source_built");
        try (TestSite quiet = new TestSite(temp, data, new LiveVerdicts())) {
            assertThat(Jsoup.parse(quiet.get("").body()).text())
                    .contains("No reports in this period", "The last report came on 28 Nov 2026 12:00 UTC.")
                    .doesNotContain("Publish");
            data.execute("DELETE FROM received_report");
        }
        try (TestSite fresh = new TestSite(temp, data, new LiveVerdicts())) {
            assertThat(Jsoup.parse(fresh.get("").body()).text()).contains("No reports in this period", "Publish rua");
        }
    }

    @Test
    void liveVerdictsHaveTheirDay() throws Exception {
        assertThat(html("live").select("td.when").eachText()).isNotEmpty().allMatch(text -> text.endsWith(" 28 Nov"));
    }

    @Test
    void aMissingStoreIsSaidWithItsName(@TempDir Path temp) throws Exception {
        try (TestSite empty = new TestSite(temp, new FilledStore(temp.resolve("none.db")), new LiveVerdicts())) {
            HttpResponse<String> response = empty.get("");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("none.db");
            assertThat(empty.get("live").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageHasTheFieldsThatBrowsersObey(String page) throws Exception {
        HttpResponse<String> response =
                site.send(site.admitted(page).method("GET", HttpRequest.BodyPublishers.noBody()));
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                        + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("same-origin");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    void theFirstPageIsMadeOnceBeforeItsFirstVisitorAndKeptForNobody(@TempDir Path temp) throws Exception {
        FilledStore store = new FilledStore(temp.resolve("store.db")).fill(1);
        AccessControl access = new AccessControl(
                new WebAccess(temp.resolve("token"), List.of(), Optional.empty(), "X-Remote-User", false),
                FilledStore.CLOCK);
        assertThat(new WebSite(access, store, new LiveVerdicts(), FilledStore.CLOCK).warmUp())
                .isTrue();
        assertThat(store.opened()).isEqualTo(1);
        FilledStore none = new FilledStore(temp.resolve("none.db"));
        assertThat(new WebSite(access, none, new LiveVerdicts(), FilledStore.CLOCK).warmUp())
                .isFalse();
    }

    @Test
    void aPageThatIsLoadedAgainAsksTheStoreOnce(@TempDir Path temp) throws Exception {
        FilledStore store = new FilledStore(temp.resolve("store.db")).fill(1);
        try (TestSite cached = new TestSite(temp, store, new LiveVerdicts())) {
            String first = cached.get("?days=7").body();
            assertThat(store.opened()).isEqualTo(1);
            assertThat(cached.get("?days=7").body()).isEqualTo(first);
            assertThat(store.opened()).isEqualTo(1);
            assertThat(cached.get("?days=30").body()).isNotEqualTo(first);
            assertThat(store.opened()).isEqualTo(2);
        }
    }

    @Test
    void whileTheStoreDoesNotAnswerPagesSaySoAndLiveVerdictsAreShown(@TempDir Path temp) throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Boolean> virtual = new AtomicReference<>(true);
        WebData silent = new DelegatingData(new FilledStore(temp.resolve("store.db")).fill(1)) {
            @Override
            public ReportViews reports() throws StoreFailure {
                virtual.set(Thread.currentThread().isVirtual());
                begun.countDown();
                try {
                    released.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
                return super.reports();
            }
        };
        try (TestSite site = TestSite.patient(temp, silent, new PageThreads(1, Duration.ofMillis(50)))) {
            HttpResponse<String> answer = site.get("");
            while (begun.getCount() > 0) {
                // On a busy machine a page may not have begun when its time is over. Then it is not made.
                answer = site.get("");
            }
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("10");
            assertThat(answer.body()).contains("the store does not answer");
            assertThat(virtual.get()).isFalse();
            assertThat(site.get("live").statusCode()).isEqualTo(200);
        } finally {
            released.countDown();
        }
    }
}
