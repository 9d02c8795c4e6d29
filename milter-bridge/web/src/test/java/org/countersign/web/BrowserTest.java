package org.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only a real browser tells. One Chromium runs for all tests. With the variable COUNTERSIGN_SCREENSHOTS each page is
 * also left there as a picture, for a person to look at.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

    /** Ends a hang only: a busy machine may need more than the 30 seconds of Playwright to start a browser. */
    private static final double PATIENCE_MILLIS = 240_000;

    private final LiveVerdicts live = FilledStore.live();
    private final List<String> violations = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();
    private Optional<Playwright> playwright = Optional.empty();
    private TestSite site;
    private Browser browser;
    private BrowserContext context;

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        assumeTrue(Files.isExecutable(CHROMIUM), CHROMIUM + " is missing: install the Debian package chromium");
        site = new TestSite(
                temp, new FilledStore(temp.resolve("store.db")).fill(400).withMessages(), live);
        Playwright driver = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        playwright = Optional.of(driver);
        browser = driver.chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setTimeout(PATIENCE_MILLIS)
                        // The sandbox of Chromium does not work for root, and not in most containers.
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")));
    }

    @AfterAll
    void stop() {
        playwright.ifPresent(driver -> {
            browser.close();
            driver.close();
            site.close();
        });
    }

    @AfterEach
    void nothingIsBlockedAndNothingIsAskedForElsewhere() {
        context.close();
        assertThat(violations).isEmpty();
        assertThat(foreign).isEmpty();
    }

    /** A page of a browser that has entered the site by a ticket, as people do. */
    private Page open(Browser.NewContextOptions options) {
        violations.clear();
        foreign.clear();
        context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MILLIS);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                violations.add(message.text());
            }
        });
        page.onPageError(violations::add);
        page.onDialog(dialog -> {
            violations.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(site.url())) {
                foreign.add(request.url());
            }
        });
        page.navigate(site.url() + "?ticket=" + site.token.ticket(FilledStore.NOW));
        return page;
    }

    private static Browser.NewContextOptions wide() {
        return new Browser.NewContextOptions().setViewportSize(1280, 900);
    }

    private static Browser.NewContextOptions narrow() {
        return new Browser.NewContextOptions().setViewportSize(320, 700);
    }

    private void go(Page page, String name) {
        page.navigate(site.url() + name);
    }

    private static void picture(Page page, String name, String variant) {
        String directory = System.getenv("COUNTERSIGN_SCREENSHOTS");
        if (directory != null) {
            StringBuilder file = new StringBuilder();
            name.chars().forEach(c -> file.append(Character.isLetterOrDigit(c) ? (char) c : '-'));
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(directory, file + "_" + variant + ".png"))
                    .setFullPage(true));
        }
    }

    @Test
    void aTicketOpensTheSiteAndIsGoneFromTheAddress() {
        Page page = open(wide());
        assertThat(page.url()).isEqualTo(site.url());
        assertThat(page.locator("h1").textContent()).isEqualTo("Your domains");
    }

    @Test
    void noPageHasAnAccessibilityViolationInLightInDarkAndOnANarrowScreen() throws Exception {
        String axe;
        try (InputStream in = Objects.requireNonNull(BrowserTest.class.getResourceAsStream(AXE), AXE)) {
            axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        noAccessibilityViolation(axe, "LIGHT", wide().setColorScheme(ColorScheme.LIGHT));
        noAccessibilityViolation(axe, "DARK", wide().setColorScheme(ColorScheme.DARK));
        noAccessibilityViolation(axe, "NARROW", narrow().setColorScheme(ColorScheme.DARK));
    }

    private void noAccessibilityViolation(String axe, String variant, Browser.NewContextOptions screen) {
        Page page = open(screen);
        for (String name : PageNames.ALL) {
            go(page, name);
            picture(page, name, variant);
            page.evaluate(axe);
            Object found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': '"
                    + " + v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3).join(' | '))");
            assertThat((List<?>) found).as(variant + " " + name).isEmpty();
        }
        nothingIsBlockedAndNothingIsAskedForElsewhere();
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 660, 800, 980, 1000, 1100, 1280, 1700})
    void noTableIsWiderThanItsCardWhateverTheWidthOfTheScreen(int width) {
        Page page = open(new Browser.NewContextOptions().setViewportSize(width, 800));
        List<String> wider = new ArrayList<>();
        for (String name : PageNames.ALL) {
            go(page, name);
            Object found = page.evaluate("[...document.querySelectorAll('.card > table')].filter(table =>"
                    + " table.getBoundingClientRect().right > table.parentElement.getBoundingClientRect().right)"
                    + ".map(table => table.caption.textContent).join(', ')");
            if (!found.equals("")) {
                wider.add(name + ": " + found);
            }
        }
        assertThat(wider).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1024, 1280})
    void noTableDividesADateWhateverTheWidthOfTheScreen(int width) {
        Page page = open(new Browser.NewContextOptions().setViewportSize(width, 800));
        List<String> divided = new ArrayList<>();
        for (String name : PageNames.ALL) {
            go(page, name);
            picture(page, name, "w" + width);
            Object found = page.evaluate("[...document.querySelectorAll('table:not(.live) td.when .date,"
                    + " table:not(.live) td.when:not(.moment) time')]"
                    + ".filter(date => date.getClientRects().length > 1).map(date => date.textContent).join(', ')");
            if (!found.equals("")) {
                divided.add(name + ": " + found);
            }
        }
        assertThat(divided).isEmpty();
    }

    @Test
    void noPageIsWiderThanANarrowScreen() {
        Page page = open(narrow());
        List<String> wider = new ArrayList<>();
        for (String name : PageNames.ALL) {
            go(page, name);
            Object found = page.evaluate("[...document.querySelectorAll('main *, header, footer')]"
                    + ".filter(element => element.getBoundingClientRect().right > 320)"
                    + ".map(element => element.tagName + '.' + element.getAttribute('class')).slice(0, 9).join(' ')");
            if ((Integer) page.evaluate("document.documentElement.scrollWidth") > 320) {
                wider.add(name + ": " + found);
            }
        }
        assertThat(wider).isEmpty();
    }

    @Test
    void theDayStaysInViewWhileTheNumbersBesideItScroll() {
        Page page = open(narrow());
        go(page, "domain?domain=example.org");
        Locator row = page.locator(".scroll tbody tr").first();
        assertThat(row.locator("td").last().boundingBox().x).isGreaterThan(320);
        page.evaluate("document.querySelector('.scroll').scrollLeft = 1000");
        picture(page, "numbers at their end", "NARROW");
        assertThat(row.locator("td").last().boundingBox().x).isLessThan(320);
        assertThat(row.locator("th").boundingBox().x).isBetween(0.0, 40.0);
    }

    @Test
    void theColorsFollowTheSystem() {
        Page light = open(wide().setColorScheme(ColorScheme.LIGHT));
        String background = "getComputedStyle(document.body).backgroundColor";
        Object bright = light.evaluate(background);
        nothingIsBlockedAndNothingIsAskedForElsewhere();
        Page dark = open(wide().setColorScheme(ColorScheme.DARK));
        assertThat(dark.evaluate(background)).isNotEqualTo(bright);
    }

    @Test
    void aChartIsDrawnAndNamedForAScreenReader() {
        Page page = open(wide());
        go(page, "domain?domain=example.org");
        Locator chart = page.getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName("Messages a day"));
        assertThat(chart.count()).isEqualTo(1);
        assertThat(chart.boundingBox().width).isGreaterThan(900);
        assertThat(chart.locator("g.day").count()).isEqualTo(30);
        assertThat((Boolean) page.evaluate("() => { const bars = [...document.querySelectorAll('svg.wide g.day')]"
                        + ".map(day => day.getBBox().height); return bars.some(height => height > 100); }"))
                .isTrue();
    }

    @Test
    void aNarrowScreenHasAChartOfItsOwn() {
        Page page = open(narrow());
        go(page, "domain?domain=example.org");
        assertThat(page.locator("svg.chart.wide").isVisible()).isFalse();
        assertThat(page.locator("svg.chart.narrow").boundingBox().width).isBetween(200.0, 320.0);
    }

    @Test
    void theKeyboardReachesEverythingAndTheFocusIsVisible() {
        Page page = open(wide());
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("Skip to the content");
        page.keyboard().press("Enter");
        assertThat(page.evaluate("document.activeElement.id")).isEqualTo("main");
        for (int i = 0; i < 5; i++) {
            page.keyboard().press("Tab");
        }
        assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("example.org");
        assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        page.keyboard().press("Enter");
        page.waitForURL("**/domain?**");
        assertThat(page.locator("h1").textContent()).isEqualTo("example.org");
    }

    @Test
    void aHostileTextRunsNowhere() {
        Page page = open(wide());
        for (String name : PageNames.ALL) {
            go(page, name);
            assertThat(page.evaluate("document.querySelectorAll('img, script:not([src]), [onerror]').length"))
                    .as(name)
                    .isEqualTo(0);
        }
        go(page, "live?text=" + Links.of("", "text", FilledStore.HOSTILE).substring("./?text=".length()));
        assertThat(page.locator("#verdicts tr").count()).isEqualTo(1);
        assertThat(page.locator("input[name=text]").inputValue()).startsWith("\"'><script>");
    }

    @Test
    void liveVerdictsArriveByThemselves() {
        Page page = open(wide());
        go(page, "live");
        live.add(new LiveVerdict(
                FilledStore.NOW,
                "4Zlive",
                "192.0.2.1",
                "a@b.example",
                "arrived.example",
                "accept",
                "",
                "dmarc-pass",
                "",
                1));
        page.waitForSelector("text=arrived.example");
        assertThat(page.locator("#verdicts tr").first().textContent()).contains("arrived.example");
    }

    @Test
    void everythingWorksWithoutAScript() {
        Page page = open(wide().setJavaScriptEnabled(false));
        page.locator("tbody a").first().click();
        page.waitForSelector("svg.chart.wide");
        page.locator("text=Sources").first().click();
        page.waitForURL("**/sources?**");
        assertThat(page.locator(".badge").count()).isGreaterThan(3);
        go(page, "live");
        page.locator("select[name=verdict]").selectOption("reject");
        page.locator("button[type=submit]").click();
        // Until the style sheet has come, everything is visible.
        page.waitForURL(url -> url.contains("verdict=reject"));
        assertThat(page.locator("#verdicts td:nth-child(2)").allTextContents())
                .isNotEmpty()
                .allMatch(text -> text.contains("reject"));
        assertThat(page.locator("#pause").isVisible()).isFalse();
    }

    @Test
    void aVerdictIsExplainedOneClickAway() {
        Page page = open(wide());
        go(page, "live?text=" + FilledStore.TRACED);
        page.locator("text=Explain").last().click();
        page.waitForURL("**/message?**");
        assertThat(page.locator("pre").textContent()).contains("DMARC");
    }

    @Test
    void aSourceIsNamedWithoutAScript() {
        Page page = open(wide().setJavaScriptEnabled(false));
        String source = "source?domain=example.org&source=203.0.113.0/24";
        go(page, source);
        page.locator("summary").click();
        page.locator("input[name=name]").fill("Our newsletter");
        page.locator("input[name=sends]").check();
        picture(page, "source with its form", "LIGHT");
        page.locator("button[type=submit]").click();
        // The page before it has the same address and the same elements.
        page.waitForSelector("h1:text-is('Our newsletter')");
        assertThat(page.locator(".lead .badge").textContent().strip()).isEqualTo("known but failing");
        page.locator("summary").click();
        page.locator("input[name=name]").fill("");
        page.locator("button[type=submit]").click();
        page.waitForSelector("h1:not(:text-is('Our newsletter'))");
        assertThat(page.locator("main").textContent())
                .doesNotContain("Our newsletter")
                .contains("203.0.113.0/24");
    }

    @Test
    void theTableOfALongPeriodOpensByKeyboard() {
        Page page = open(wide());
        go(page, "domain?domain=example.org&days=400");
        Locator numbers = page.locator("details table");
        assertThat(numbers.isVisible()).isFalse();
        page.locator("summary").focus();
        page.keyboard().press("Enter");
        assertThat(numbers.isVisible()).isTrue();
    }

    @Test
    void aPageWithoutASessionSaysHowToGetOne() {
        open(wide());
        context.clearCookies();
        Page page = context.newPage();
        page.navigate(site.url());
        picture(page, "unauthorized", "LIGHT");
        assertThat(page.locator("main").textContent()).contains("countersign reports open");
        // Chromium logs the status 401 of the page itself.
        violations.clear();
    }
}
