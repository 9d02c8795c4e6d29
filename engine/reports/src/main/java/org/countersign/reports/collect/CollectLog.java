package org.countersign.reports.collect;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;
import org.countersign.service.log.WarningInterval;
import org.countersign.store.StoreLocation;

/** Logs that counts wait or are lost: at once, and then once in an interval while it lasts. For one thread. */
final class CollectLog {
    private static final String PART = "reports";
    private static final String EMPTY_COPIES =
            "before a copy of a host starts for the first time, empty the directory reports.spool in it";

    private final EventLog log;
    private final LongSupplier lost;
    private boolean failing;
    private final WarningInterval interval = new WarningInterval();
    private long lostReported;

    /** @param lost the number of messages that were not counted, from the start */
    CollectLog(EventLog log, LongSupplier lost) {
        this.log = log;
        this.lost = lost;
    }

    void started(StoreLocation location, Path spool, SpoolAccess.Open open) {
        log.write(new LogEvent(PART, Level.INFO, "counting")
                .with("store", location)
                .with("spool", spool)
                .with("host-id", open.host().id()));
        if (open.recovered() > 0) {
            log.write(new LogEvent(PART, Level.INFO, "counts-recovered").with("messages", open.recovered()));
        }
    }

    /** The store cannot be used. Nothing is lost. */
    void storeFailed(String problem, long waiting, Instant now) {
        if (interval.isDue(now)) {
            failing = true;
            log.write(new LogEvent(PART, Level.WARNING, "counts-waiting")
                    .with("segments", waiting)
                    .with("problem", problem + "; the counts wait in the spool, and mail is not affected"));
        }
    }

    /** The store has taken a segment. */
    void stored() {
        if (failing) {
            failing = false;
            interval.end();
            log.write(new LogEvent(PART, Level.INFO, "counts-stored"));
        }
    }

    /** The spool cannot be used. */
    void spoolFailed(String problem, Instant now) {
        if (interval.isDue(now)) {
            warnOfLoss(problem);
        }
    }

    /** Warns if messages were lost since the last warning. */
    void check(Instant now) {
        if (lost.getAsLong() > lostReported && interval.isDue(now)) {
            warnOfLoss(
                    "more messages arrive than can be counted, or the spool is full: see the lines counts-waiting, and"
                            + " raise reports.spool-size");
        }
    }

    private void warnOfLoss(String problem) {
        long sum = lost.getAsLong();
        log.write(new LogEvent(PART, Level.WARNING, "not-counted")
                .with("lost", sum - lostReported)
                .with("problem", problem + "; mail is not affected"));
        lostReported = sum;
    }

    /** Files in the spool are no segments. */
    void damaged(List<Path> files) {
        for (Path file : files) {
            log.write(new LogEvent(PART, Level.WARNING, "segment-damaged")
                    .with("file", file)
                    .with(
                            "problem",
                            "the file is no whole segment of this version, and is left aside: its counts are missing"));
        }
    }

    /** Another host had the same id. */
    void newIdentity(HostIdentity old, HostIdentity now) {
        log.write(new LogEvent(PART, Level.WARNING, "host-id-changed")
                .with("old", old.id())
                .with("new", now.id())
                .with(
                        "problem",
                        "another host has the same id, probably because its disk was copied with the spool: this one"
                                + " uses a new id"));
    }

    /** The store had a part of a segment, and has all of it in addition now. */
    void addedToPart(Segment segment, long stored) {
        log.write(conflict(Level.ERROR, segment, stored)
                .with(
                        "problem",
                        "the store had a part of this segment, because the spool was copied while it was in use and the"
                                + " copy was stored first: no message is lost, but up to " + stored
                                + " are counted twice; " + EMPTY_COPIES));
    }

    /** The store has more of a segment, which was therefore not added. */
    void partOfStored(Segment segment, long stored) {
        log.write(conflict(Level.WARNING, segment, stored)
                .with(
                        "problem",
                        "the store has all messages of this segment and more, because this spool is a copy of one that"
                                + " went on counting: nothing is lost or counted twice; " + EMPTY_COPIES));
    }

    private static LogEvent conflict(Level level, Segment segment, long stored) {
        return new LogEvent(PART, level, "segment-conflict")
                .with("host-id", segment.hostId())
                .with("segment", segment.sequence())
                .with("messages", segment.messages())
                .with("stored", stored);
    }
}
