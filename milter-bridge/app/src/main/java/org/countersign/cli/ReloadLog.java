package org.countersign.cli;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.countersign.config.ConfigProblem;
import org.countersign.service.LiveEngine;
import org.countersign.service.LoadedPolicy;
import org.countersign.syntax.Ascii;

/** Says in the log what became of files that changed while the server runs. */
final class ReloadLog implements LiveEngine.Listener<BridgeConfiguration> {
    private static final System.Logger LOG = System.getLogger("countersign.server");
    // What a broken table of thousands of lines may write; the first lines tell what is wrong with it.
    private static final int MAX_LINES = 20;

    private volatile BridgeConfiguration serving = BridgeConfiguration.DEFAULT;

    /** Told what the server was started with. */
    void serving(BridgeConfiguration settings) {
        serving = settings;
    }

    @Override
    public void reloaded(LoadedPolicy<BridgeConfiguration> before, LoadedPolicy<BridgeConfiguration> now) {
        LOG.log(
                Level.INFO,
                "reloaded",
                Map.entry("mode", Ascii.lower(now.configuration().mode().name())),
                Map.entry("keys", now.keyCount()));
        for (String loss : now.lostSince(before)) {
            LOG.log(Level.WARNING, "policy-weakened", Map.entry("lost", loss));
        }
        warn(now);
        warnOfRestart(now);
    }

    /** Says what of the settings takes a restart: compared with what the server has, not with the last file. */
    private void warnOfRestart(LoadedPolicy<BridgeConfiguration> now) {
        List<String> waiting = serving.waitingForRestart(now.host());
        if (!waiting.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "restart-needed",
                    Map.entry("settings", String.join(",", waiting)),
                    Map.entry("problem", "these take effect with the next start; the rest is in force"));
        }
    }

    @Override
    public void unchanged(LoadedPolicy<BridgeConfiguration> policy) {
        LOG.log(Level.INFO, "reload-unchanged", Map.entry("reason", "no file has changed since it was read"));
        warnOfRestart(policy);
    }

    /** What a signal to reload comes to where the server has no policy file. */
    static void nothingToReload() {
        LOG.log(
                Level.WARNING,
                "not-reloaded",
                Map.entry("problem", "there is no policy file to read: start serve with --config FILE"));
    }

    /** Says what in a policy that is in force is probably not meant. */
    static void warn(LoadedPolicy<BridgeConfiguration> policy) {
        for (ConfigProblem warning : policy.warnings()
                .subList(0, Math.min(MAX_LINES, policy.warnings().size()))) {
            LOG.log(Level.WARNING, "policy-warning", Map.entry("warning", warning));
        }
    }

    @Override
    public void refused(List<String> problems) {
        for (String problem : problems.subList(0, Math.min(MAX_LINES, problems.size()))) {
            LOG.log(Level.ERROR, "not-reloaded", Map.entry("problem", problem));
        }
        LOG.log(
                Level.ERROR,
                "not-reloaded",
                Map.entry("problems", problems.size()),
                Map.entry("problem", "what was in force before stays in force"));
    }
}
