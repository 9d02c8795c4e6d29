package org.countersign.ops;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.countersign.config.Configuration;
import org.countersign.config.Section;
import org.countersign.config.SettingReader;
import org.countersign.config.ValueType;
import org.countersign.domain.IpNetwork;
import org.countersign.milter.wire.ListenAddress;
import org.countersign.syntax.Ascii;
import org.countersign.web.WebSite;
import org.countersign.web.access.WebAccess;

/**
 * The section {@code http} of a policy file.
 *
 * @param listen {@code http.listen}: where metrics, health and the web page are served; empty for nowhere
 * @param web {@code http.web}: whether there is a web page
 * @param tokenFile {@code http.token-file}: the file with the token of the web page
 * @param hosts {@code http.hosts}: by which names and addresses, in addition to loopback, browsers may call the web page
 * @param proxy {@code http.trusted-proxy}: a reverse proxy that authenticates users of the web page
 * @param userField {@code http.user-field}: the header field in which it names the user
 * @param proxyChanges {@code http.proxy-changes}: whether its users may change something
 */
public record HttpSettings(
        Optional<Address> listen,
        boolean web,
        String tokenFile,
        List<String> hosts,
        Optional<IpNetwork> proxy,
        String userField,
        boolean proxyChanges) {
    private static final ValueType<Address> ADDRESS =
            ValueType.of("an address such as 127.0.0.1:9891 or [::1]:9891", Address::parse, "host:port");

    /** Nothing is served. */
    static final HttpSettings OFF = new HttpSettings(Optional.empty());

    private static final ValueType<String> FILE = ValueType.of("the name of a file", ValueType.TEXT::parse, "file");
    private static final ValueType<String> HOST = ValueType.of(
            "a host name or IP address without a port, such as reports.example.org", HttpSettings::host, "host");
    private static final ValueType<String> FIELD =
            ValueType.of("the name of a header field such as X-Remote-User", HttpSettings::fieldName, "field name");

    static final Section<HttpSettings> SECTION = Section.of("http", OFF, HttpSettings::read);

    public HttpSettings {
        hosts = List.copyOf(hosts);
    }

    /** Metrics and health alone. */
    HttpSettings(Optional<Address> listen) {
        this(listen, false, "/var/lib/countersign/web.token", List.of(), Optional.empty(), "X-Remote-User", false);
    }

    private static Optional<String> host(String text) {
        boolean isName = !text.isEmpty()
                && text.chars().allMatch(c -> Ascii.isAlphaNumeric(c) || ".-:[]".indexOf(c) >= 0)
                && (text.indexOf(':') < 0 || text.startsWith("["));
        return isName ? Optional.of(Ascii.lower(text)) : Optional.empty();
    }

    private static Optional<String> fieldName(String text) {
        boolean isName = !text.isEmpty() && text.chars().allMatch(c -> Ascii.isAlphaNumeric(c) || c == '-');
        return isName ? Optional.of(text) : Optional.empty();
    }

    /**
     * Who may read the web page.
     *
     * @param policyFile the file that the settings come from; relative names are resolved against its directory
     */
    public WebAccess access(Path policyFile) {
        return new WebAccess(policyFile.resolveSibling(tokenFile), hosts, proxy, userField, proxyChanges);
    }

    /** The URL of the web page on this host; empty without one. */
    public Optional<String> url() {
        return listen.filter(address -> web).map(address -> {
            String host = address.socket().host();
            boolean isWildcard = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
            return "http://" + (isWildcard ? "127.0.0.1:" + address.socket().port() : address.toString())
                    + WebSite.PREFIX;
        });
    }

    /** A TCP address, written as in a URL. */
    public record Address(ListenAddress.Inet socket) {
        private static final String PREFIX = "inet:";

        static Optional<Address> parse(String text) {
            // Only the notation of URLs: the address parser also reads that of Sendmail, PORT@HOST.
            Optional<ListenAddress> found =
                    text.indexOf('@') < 0 ? ListenAddress.parse(PREFIX + text) : Optional.empty();
            return found.flatMap(address ->
                    address instanceof ListenAddress.Inet inet ? Optional.of(new Address(inet)) : Optional.empty());
        }

        @Override
        public String toString() {
            return socket.toString().substring(PREFIX.length());
        }
    }

    /** The settings of a file that was read with the sections of the milter service. */
    public static HttpSettings of(Configuration configuration) {
        return configuration.extension(SECTION);
    }

    /** Whether anything is served. */
    boolean isOn() {
        return listen.isPresent();
    }

    private static HttpSettings read(SettingReader<HttpSettings> keys) {
        HttpSettings settings = new HttpSettings(
                keys.setting(
                                "listen",
                                "Where [metrics and health](metrics.md), and the [web page](web.md), are served by HTTP:"
                                        + " `host:port`. Metrics and health have no password, and nothing is encrypted.")
                        .optional(ADDRESS, "off"),
                keys.setting(
                                "web",
                                "Whether the [web page](web.md) with DMARC reports and live verdicts is served under"
                                        + " `/reports/`.")
                        .flag(HttpSettings::web),
                keys.setting(
                                "token-file",
                                "The file with the token of the web page. The service creates it with mode 0600;"
                                        + " `countersign reports open` makes a link from it. A new file ends all sessions.")
                        .value(FILE, HttpSettings::tokenFile),
                keys.setting(
                                "hosts",
                                "By which names and addresses browsers may call the web page, in addition to loopback."
                                        + " All other requests are refused, and without `hosts` those of other machines.")
                        .list(HOST, HttpSettings::hosts),
                keys.setting(
                                "trusted-proxy",
                                "The IP address or network of a reverse proxy that authenticates users of the web page. Its requests"
                                        + " need no token if they name a user.")
                        .optional(ValueType.IP_NETWORK, "none"),
                keys.setting(
                                "user-field",
                                "The header field in which the trusted proxy names the user. The proxy must remove this"
                                        + " field from the requests that it gets.")
                        .value(FIELD, HttpSettings::userField),
                keys.setting(
                                "proxy-changes",
                                "Whether users of the trusted proxy may use the forms of the web page, which name sources, and"
                                        + " stop, resume and retry reports to others. Who has the token always may.")
                        .flag(HttpSettings::proxyChanges));
        settings.warn(keys);
        return settings;
    }

    private void warn(SettingReader<HttpSettings> keys) {
        listen.filter(address -> !ListenerWarnings.isLoopback(address.socket.host()))
                .ifPresent(address -> keys.section()
                        .warn(
                                "listen",
                                address + " can be reached from other machines, and everyone there can read how much"
                                        + " mail passes and which domains sign it",
                                "listen on 127.0.0.1, or let a firewall admit the monitoring server alone"));
        if (web && listen.isEmpty()) {
            keys.report("web", "needs an address to listen on", "add http.listen, for example 127.0.0.1:9891");
        }
        proxy.filter(network -> network.address().isLoopbackAddress())
                .ifPresent(address -> keys.section()
                        .warn(
                                "trusted-proxy",
                                "is this host, where every local user can send requests in the name of any user",
                                "let the proxy run on a host of its own, or give no login to users of this host"));
    }
}
