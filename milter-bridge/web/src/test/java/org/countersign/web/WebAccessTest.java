package org.countersign.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.countersign.domain.IpNetwork;
import org.countersign.web.access.AccessToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read the pages. */
@Timeout(240)
class WebAccessTest {
    @TempDir
    private Path temp;

    private TestSite site;

    @BeforeEach
    void start() throws Exception {
        site = new TestSite(temp, new FilledStore(temp.resolve("store.db")).fill(1), new LiveVerdicts());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    /** The status of a request with these header fields, which the client of the JDK would not send. */
    private int status(TestSite to, String method, String path, String... fields) throws IOException {
        try (Socket socket = new Socket(
                to.listener.address().getAddress(), to.listener.address().getPort())) {
            String request = method + " /reports/" + path + " HTTP/1.0\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    private String authorization() {
        return "Authorization: Bearer " + site.bearer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "live", "domain?domain=example.org", "no-such-page"})
    void nobodyReadsAPageWithoutTheToken(String page) throws Exception {
        HttpResponse<String> response = site.send(site.request(page));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("countersign reports open").doesNotContain("example.org");
    }

    @Test
    void aWrongTokenIsRefused() throws Exception {
        assertThat(site.send(site.request("").header("Authorization", "Bearer " + site.bearer + "x"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTicketIsExchangedForACookieOnce() throws Exception {
        String ticket = site.token.ticket(FilledStore.NOW);
        HttpResponse<String> entered = site.send(site.request("?ticket=" + ticket));
        assertThat(entered.statusCode()).isEqualTo(303);
        assertThat(entered.headers().firstValue("Location")).contains("./");
        String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain(site.bearer);
        String pair = cookie.substring(0, cookie.indexOf(';'));
        assertThat(site.send(site.request("").header("Cookie", "a=b; " + pair)).statusCode())
                .isEqualTo(200);
        assertThat(site.send(site.request("").header("Cookie", pair + "x")).statusCode())
                .isEqualTo(401);
        assertThat(site.send(site.request("?ticket=" + ticket)).statusCode()).isEqualTo(401);
    }

    @Test
    void aCookieOfAnotherServiceOfTheHostHidesNoSession() throws Exception {
        HttpResponse<String> entered = site.send(site.request("?ticket=" + site.token.ticket(FilledStore.NOW)));
        String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow();
        String pair = cookie.substring(0, cookie.indexOf(';'));
        assertThat(site.send(site.request("").header("Cookie", "countersign=other; " + pair))
                        .statusCode())
                .isEqualTo(200);
        assertThat(site.send(site.request("").header("Cookie", "x" + pair)).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1.2.3", "9999999999.a.b", "..", ".", "9999999999..", "%00.%00.%00"})
    void anInventedTicketIsRefused(String ticket) throws Exception {
        assertThat(site.send(site.request("?ticket=" + ticket)).statusCode()).isEqualTo(401);
    }

    @Test
    void aTicketOfTwoMinutesAgoIsRefused() throws Exception {
        String old = site.token.ticket(FilledStore.NOW.minus(AccessToken.TICKET_AGE));
        assertThat(site.send(site.request("?ticket=" + old)).statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionDoesNotServeAsATicket() throws Exception {
        HttpResponse<String> entered = site.send(site.request("?ticket=" + site.token.ticket(FilledStore.NOW)));
        String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow();
        String session = cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
        assertThat(site.send(site.request("?ticket=" + session)).statusCode()).isEqualTo(401);
    }

    @Test
    void aNewTokenEndsAllSessions() throws Exception {
        HttpResponse<String> entered = site.send(site.request("?ticket=" + site.token.ticket(FilledStore.NOW)));
        String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow();
        Files.delete(temp.resolve("web.token"));
        AccessToken.readOrCreate(temp.resolve("web.token"));
        assertThat(site.send(site.request("").header("Cookie", cookie.substring(0, cookie.indexOf(';'))))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: 127.0.0.1.evil.example",
                "Host: 127.1",
                "Host: 2130706433",
                "Host: 0.0.0.0",
                "Host: [::]",
                "Host: evil@localhost",
                "Host: localhost, evil.example",
                "Host: 192.0.2.1",
                "Host: evil.example:127",
                "Host:",
                "X: y"
            })
    void aForeignNameIsRefusedEvenWithTheToken(String host) throws Exception {
        assertThat(status(site, "GET", "", host, authorization())).isEqualTo(421);
        assertThat(status(site, "GET", "style.css", host)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost:9891",
                "Host: 127.0.0.1",
                "Host: [::1]:9891",
                "Host: LOCALHOST",
                "Host: 127.0.0.2:1"
            })
    void loopbackIsAlwaysKnown(String host) throws Exception {
        assertThat(status(site, "GET", "", host, authorization())).isEqualTo(200);
    }

    @Test
    void aNamedHostIsKnownWithAnyPort() throws Exception {
        try (TestSite named = new TestSite(
                temp,
                new FilledStore(temp.resolve("store.db")),
                new LiveVerdicts(),
                List.of("reports.example.org"),
                Optional.empty())) {
            assertThat(status(named, "GET", "", "Host: Reports.Example.ORG:8443", authorization()))
                    .isEqualTo(200);
            assertThat(status(named, "GET", "", "Host: example.org", authorization()))
                    .isEqualTo(421);
        }
    }

    @Test
    void aTrustedProxyNamesTheUser() throws Exception {
        try (TestSite proxied = new TestSite(
                temp,
                new FilledStore(temp.resolve("store.db")),
                new LiveVerdicts(),
                List.of(),
                IpNetwork.parse("127.0.0.0/30"))) {
            HttpResponse<String> response = proxied.send(
                    proxied.request("").header("X-Remote-User", FilledStore.HOSTILE.replace("\u202E", "")));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("&lt;script&gt;alert(1)").doesNotContain("<script>alert");
            assertThat(proxied.send(proxied.request("")).statusCode()).isEqualTo(401);
        }
        assertThat(site.send(site.request("").header("X-Remote-User", "alice")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aFormNeedsAnOriginOfThisServer() throws Exception {
        String host = "Host: 127.0.0.1:9891";
        assertThat(status(site, "POST", "live", host, authorization(), "Content-Length: 0"))
                .isEqualTo(403);
        for (String origin : List.of("null", "http://evil.example", "http://127.0.0.1:9892", "ftp://127.0.0.1:9891")) {
            assertThat(status(site, "POST", "live", host, authorization(), "Origin: " + origin, "Content-Length: 0"))
                    .isEqualTo(403);
        }
    }

    @Test
    void aFormOfMoreThan16KiBIsRefused() throws Exception {
        HttpResponse<String> response = site.send(site.admitted("live")
                .header("Origin", site.url().substring(0, site.url().indexOf("/reports/")))
                .POST(BodyPublishers.ofString("a=" + "x".repeat(17_000))));
        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void theTokenFileIsForItsOwnerAlone() throws Exception {
        Path file = temp.resolve("web.token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> AccessToken.read(file)).hasMessageContaining("chmod 600 " + file);
        HttpResponse<String> response = site.get("");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("chmod 600");
    }

    @Test
    void aTokenThatIsTooShortOrMissingIsNotUsed() throws Exception {
        Path file = temp.resolve("web.token");
        Files.writeString(file, "short\n");
        assertThatThrownBy(() -> AccessToken.read(file)).hasMessageContaining("remove it and restart the service");
        Files.delete(file);
        assertThatThrownBy(() -> AccessToken.read(file)).hasMessageContaining("cannot read the token file " + file);
        Path directory = temp.resolve("none");
        assertThatThrownBy(() -> AccessToken.readOrCreate(directory.resolve("web.token")))
                .isInstanceOf(IOException.class)
                .hasMessage("http.token-file: " + directory.resolve("web.token") + " cannot be written: the directory "
                        + directory + " does not exist: create it, or choose another one");
    }

    @Test
    void aTokenIsKeptWhenTheServiceStartsAgain() throws Exception {
        AccessToken again = AccessToken.readOrCreate(temp.resolve("web.token"));
        assertThat(site.send(site.request("?ticket=" + again.ticket(FilledStore.NOW.plus(Duration.ofSeconds(1)))))
                        .statusCode())
                .isEqualTo(303);
    }
}
