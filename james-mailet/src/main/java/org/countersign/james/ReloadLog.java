package org.countersign.james;

import java.nio.file.Path;
import java.util.List;
import org.countersign.service.LiveEngine;
import org.countersign.service.LoadedPolicy;
import org.countersign.syntax.Ascii;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in James' log what became of files that changed while it runs. */
final class ReloadLog implements LiveEngine.Listener<JamesSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRegistry.class);
    // What a broken table of thousands of lines may write; the first lines tell what is wrong with it.
    private static final int MAX_LINES = 20;

    private final Path file;

    ReloadLog(Path file) {
        this.file = file;
    }

    @Override
    public void reloaded(LoadedPolicy<JamesSettings> before, LoadedPolicy<JamesSettings> now) {
        LOG.info(
                "Reloaded {}, mode {}, {} signing keys",
                file,
                Ascii.lower(now.configuration().mode().name()),
                now.keyCount());
        now.lostSince(before).forEach(loss -> LOG.warn("{} has lost {}", file, loss));
        warn(now);
    }

    /** Says what in a policy that is in force is probably not meant. */
    static void warn(LoadedPolicy<JamesSettings> policy) {
        policy.warnings().stream().limit(MAX_LINES).forEach(warning -> LOG.warn("{}", warning));
    }

    @Override
    public void refused(List<String> problems) {
        problems.stream().limit(MAX_LINES).forEach(problem -> LOG.error("Not reloaded: {}", problem));
        LOG.error("{} has {} problems: what was in force before stays in force", file, problems.size());
    }
}
