package org.countersign.ops;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.countersign.MessageOutcome;
import org.countersign.config.Configuration;
import org.countersign.config.KeyEntry;
import org.countersign.dns.DnsClient;
import org.countersign.domain.IpNetwork;
import org.countersign.message.AuthorDomain;
import org.countersign.milter.filter.FinishedMessage;
import org.countersign.milter.wire.ClientAddress;
import org.countersign.reports.ReportsSettings;
import org.countersign.reports.source.MailServices;
import org.countersign.reports.source.OwnDomains;
import org.countersign.reports.view.ReportViews;
import org.countersign.service.FileFailure;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.store.Store;
import org.countersign.store.StoreFailure;
import org.countersign.store.StoreLocation;
import org.countersign.store.StoreSettings;
import org.countersign.trace.TraceReader;
import org.countersign.web.LiveVerdict;
import org.countersign.web.LiveVerdicts;
import org.countersign.web.WebData;
import org.countersign.web.WebSite;
import org.countersign.web.access.AccessControl;
import org.countersign.web.access.AccessToken;
import org.countersign.web.access.WebAccess;
import org.countersign.web.http.Page;

/** Passes the verdicts of finished messages to the web page, if the policy file asks for one, and serves it. */
final class WebPage {
    /** The longest text of a message that is kept in memory, in characters. */
    private static final int MAX_TEXT = 256;

    private final Optional<WebSite> site;
    private final LiveVerdicts live = new LiveVerdicts();
    private final InstantSource clock;

    private WebPage(Optional<Data> data, Optional<WebAccess> access, InstantSource clock) {
        this.clock = clock;
        this.site = access.flatMap(
                settings -> data.map(source -> new WebSite(new AccessControl(settings, clock), source, live, clock)));
    }

    /**
     * Prepares the page. Without {@code http.web} there is none, and no message pays for it.
     *
     * @param policyFile the file that the names of other files are relative to
     * @param policy the policy at any time
     * @param isTraceOn whether messages are explained
     */
    static WebPage start(
            Optional<Path> policyFile,
            Supplier<LoadedPolicy> policy,
            boolean isTraceOn,
            InstantSource clock,
            EventLog log) {
        Configuration configuration = policy.get().configuration();
        HttpSettings settings = HttpSettings.of(configuration);
        if (!settings.web() || !settings.isOn()) {
            return new WebPage(Optional.empty(), Optional.empty(), clock);
        }
        Path file = policyFile.orElse(Path.of(""));
        WebAccess access = settings.access(file);
        try {
            AccessToken.readOrCreate(access.tokenFile());
        } catch (IOException problem) {
            log.write(new LogEvent("server", Level.ERROR, "web-without-token")
                    .with("problem", String.valueOf(problem.getMessage())));
        }
        StoreLocation location = configuration.extension(StoreSettings.SECTION).location(file);
        WebPage page = new WebPage(
                Optional.of(new Data(file, policy, location, isTraceOn, clock)), Optional.of(access), clock);
        page.site.ifPresent(made -> {
            Thread warming = Thread.ofPlatform().daemon().name("web page").unstarted(made::warmUp);
            warming.start();
        });
        return page;
    }

    /** These pages and this one, if there is one. */
    Map<String, Page> with(Map<String, Page> pages) {
        Map<String, Page> all = new HashMap<>(pages);
        site.ifPresent(page -> {
            all.put(WebSite.PREFIX, page);
            all.put("/", request -> Page.Response.seeOther("." + WebSite.PREFIX));
        });
        return all;
    }

    /** A consumer that passes each message to another one, and then its verdict to this page. */
    Consumer<FinishedMessage> after(Consumer<FinishedMessage> other) {
        return site.isEmpty() ? other : other.andThen(message -> live.add(verdict(message)));
    }

    /** Holds texts that exist already where it can: it is made on the thread of the message. */
    private LiveVerdict verdict(FinishedMessage message) {
        return new LiveVerdict(
                clock.instant(),
                message.macros()
                        .queueId()
                        .or(() -> message.envelope().macros().queueId())
                        .orElse(""),
                message.envelope().clientAddress() instanceof ClientAddress.Ip ip
                        ? IpNetwork.renderAddress(ip.address())
                        : "local",
                cut(sender(message.envelope().mailFrom())),
                author(message.outcome()),
                message.outcome().decision().verdict().keyword(),
                message.outcome().decision().isSuppressedByMonitor()
                        ? message.outcome().decision().ruled().keyword()
                        : "",
                message.outcome().decision().rule(),
                cut(message.outcome().decision().reason()),
                message.took().toMillis());
    }

    /** Mail servers write the sender of SMTP with angle brackets, and Postfix that of a local program without. */
    private static String sender(String mailFrom) {
        return mailFrom.length() > 2 && mailFrom.startsWith("<") && mailFrom.endsWith(">")
                ? mailFrom.substring(1, mailFrom.length() - 1)
                : mailFrom;
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private static String author(MessageOutcome outcome) {
        return switch (outcome) {
            case MessageOutcome.Judged judged -> author(judged.facts().author());
            case MessageOutcome.Signed signed -> author(signed.author());
            case MessageOutcome.PassedThrough unread -> "";
            case MessageOutcome.Unevaluated unread -> "";
        };
    }

    private static String author(AuthorDomain author) {
        return author instanceof AuthorDomain.Single single ? single.domain().toString() : "";
    }

    /** The store, opened for each page: so a page neither keeps an old file open nor waits for another page. */
    private static final class Data implements WebData {
        private record Own(LoadedPolicy policy, OwnDomains domains, MailServices services) {}

        private final Path policyFile;
        private final Supplier<LoadedPolicy> policy;
        private final StoreLocation location;
        private final boolean isTraceOn;
        private final InstantSource clock;
        private final AtomicReference<Own> own;

        Data(
                Path policyFile,
                Supplier<LoadedPolicy> policy,
                StoreLocation location,
                boolean isTraceOn,
                InstantSource clock) {
            this.policyFile = policyFile;
            this.policy = policy;
            this.location = location;
            this.isTraceOn = isTraceOn;
            this.clock = clock;
            this.own = new AtomicReference<>(domainsOf(policy.get()));
        }

        @Override
        public ReportViews reports() throws StoreFailure {
            LoadedPolicy now = policy.get();
            Own known = own.get();
            if (known.policy() != now) {
                known = domainsOf(now);
                own.set(known);
            }
            return ReportViews.open(location, known.domains(), known.services(), clock);
        }

        private Own domainsOf(LoadedPolicy loaded) {
            Configuration configuration = loaded.configuration();
            return new Own(loaded, ConfiguredDomains.of(policyFile, configuration), services(configuration));
        }

        private MailServices services(Configuration configuration) {
            try {
                return configuration.extension(ReportsSettings.SECTION).services(policyFile);
            } catch (FileFailure unreadable) {
                // SourceSums reports it.
                return MailServices.bundled();
            }
        }

        @Override
        public Store writable() throws StoreFailure {
            return Store.openForWriting(location);
        }

        @Override
        public TraceReader trace() throws StoreFailure {
            return TraceReader.open(location);
        }

        @Override
        public List<KeyEntry> keys() {
            return policy.get().firstKeys();
        }

        @Override
        public Optional<DnsClient> dns() {
            return Optional.of(policy.get().dns().cache());
        }

        @Override
        public boolean isTraceOn() {
            return isTraceOn;
        }
    }
}
