package org.countersign.service.log;

import java.lang.System.Logger.Level;
import java.util.List;
import org.countersign.config.Configuration;
import org.countersign.dmarc.PublicSuffixList;
import org.countersign.service.LoadedPolicy;
import org.countersign.service.PolicySource;
import org.countersign.syntax.Ascii;

/** Logs which policy takes effect, and why a changed policy file does not. */
public final class PolicyLog implements PolicySource.Listener {
    // A broken table file may have thousands of problems; the first ones tell what is wrong with it.
    private static final int MAX_LINES = 20;

    private final EventLog log;

    public PolicyLog(EventLog log) {
        this.log = log;
    }

    /** Logs the version of the Public Suffix List, if the configuration uses the list. */
    public static void publicSuffixList(Configuration configuration, EventLog log) {
        if (configuration.inbound().dmarc().organizationalDomain().usesPublicSuffixes()) {
            log.write(new LogEvent("server", Level.INFO, "public-suffix-list")
                    .with("version", PublicSuffixList.bundled().version()));
        }
    }

    /** Logs the settings of a policy in effect that are probably a mistake. */
    public void warnings(LoadedPolicy policy) {
        policy.warnings().stream()
                .limit(MAX_LINES)
                .forEach(warning ->
                        log.write(new LogEvent("server", Level.WARNING, "policy-warning").with("warning", warning)));
    }

    @Override
    public void reloaded(LoadedPolicy before, LoadedPolicy now) {
        log.write(new LogEvent("server", Level.INFO, "reloaded")
                .with("mode", Ascii.lower(now.configuration().mode().name()))
                .with("keys", now.keyCount()));
        for (String loss : now.lostSince(before)) {
            log.write(new LogEvent("server", Level.WARNING, "policy-weakened").with("lost", loss));
        }
        warnings(now);
    }

    @Override
    public void unchanged(LoadedPolicy policy) {
        log.write(new LogEvent("server", Level.INFO, "reload-unchanged")
                .with("reason", "no file has changed since it was read"));
    }

    @Override
    public void refused(List<String> problems) {
        problems.stream()
                .limit(MAX_LINES)
                .forEach(problem ->
                        log.write(new LogEvent("server", Level.ERROR, "not-reloaded").with("problem", problem)));
        log.write(new LogEvent("server", Level.ERROR, "not-reloaded")
                .with("problems", problems.size())
                .with("problem", "the previous policy stays in effect"));
    }
}
