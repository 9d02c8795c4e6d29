package org.countersign.ops.log;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log of a running service. It begins with the first settings and follows changed ones. Then all loggers of the Java
 * platform write to it.
 */
public final class ServiceLog implements AutoCloseable {
    // A datagram of this size fits into the default send buffer of Linux.
    private static final int MAX_DATAGRAM = 60_000;
    // A line with a stack trace is the longest one.
    private static final int MAX_LINE = 128 * 1024;

    private final StandardError standardError;
    private final boolean debug;

    // Written by the thread that starts the service, and later by the one that reloads its files.
    private volatile @Nullable LogQueue queue;
    private LogSettings current = LogSettings.DEFAULT;

    /**
     * @param standardError where the log is written by default, and where a log that cannot be written is reported
     * @param debug whether events of all levels are logged, whatever the settings say
     */
    public ServiceLog(PrintStream standardError, boolean debug) {
        this.standardError = StandardError.of(standardError, System.getenv());
        this.debug = debug;
    }

    /**
     * Begins to log, and replaces the earlier configuration of {@code java.util.logging}. It never fails: a destination
     * that takes no lines is reported on standard error.
     */
    public void start(LogSettings settings) {
        LogManager.getLogManager().reset();
        current = settings;
        LogQueue started = LogQueue.start(route(settings), route(LogSettings.DEFAULT));
        queue = started;
        Logger root = Logger.getLogger("");
        root.setLevel(level(settings));
        root.addHandler(started);
    }

    /** Follows changed settings. Lines that wait go where they were meant to go. */
    public void apply(LogSettings settings) {
        LogQueue started = queue;
        if (started == null || settings.equals(current)) {
            return;
        }
        Logger.getLogger("").setLevel(level(settings));
        if (!settings.hasRouteOf(current)) {
            started.reroute(route(settings));
        }
        current = settings;
    }

    /** Opens a log file again, because logrotate has renamed it. */
    public void reopen() {
        LogQueue started = queue;
        if (started != null) {
            started.reopen();
        }
    }

    /** Whether the log goes to standard error, where the reason of a failed start is written anyway. */
    public boolean isOnStandardError() {
        return current.to() == LogSettings.Destination.STDERR;
    }

    /** How many lines are missing in the log. */
    public long droppedLines() {
        LogQueue started = queue;
        return started == null ? 0 : started.dropped();
    }

    /** Waits a bounded time until all lines are written. */
    @Override
    public void close() {
        LogQueue started = queue;
        if (started != null) {
            started.close();
        }
    }

    private Level level(LogSettings settings) {
        return debug ? Level.FINE : settings.level().level();
    }

    private LogRoute route(LogSettings settings) {
        return switch (settings.to()) {
            case STDERR -> standardErrorRoute(settings);
            case FILE ->
                new LogRoute(
                        LogRoute.framed(format(settings, true), event -> "", "\n", MAX_LINE),
                        new FileSink(Path.of(settings.file().orElse("/dev/null")), FileSink.CHECK_INTERVAL));
            case SYSLOG ->
                new LogRoute(
                        LogRoute.framed(
                                format(settings, false),
                                new SyslogFormat(
                                        settings.facility(),
                                        ProcessHandle.current().pid())::prefix,
                                "",
                                SyslogFormat.MAX_LINE),
                        new DatagramSink(socket(settings), DatagramSink.PATIENCE));
            case JOURNAL ->
                new LogRoute(
                        LogRoute.framed(
                                new JournalFormat(format(settings, false), settings.facility()),
                                event -> "",
                                "",
                                MAX_DATAGRAM),
                        new DatagramSink(socket(settings), DatagramSink.PATIENCE));
        };
    }

    private static String socket(LogSettings settings) {
        return settings.logSocket().orElseThrow().toString();
    }

    private LogRoute standardErrorRoute(LogSettings settings) {
        boolean journal = standardError.kind() == StandardError.Kind.JOURNAL;
        boolean terminal = standardError.kind() == StandardError.Kind.TERMINAL
                || standardError.kind() == StandardError.Kind.COLOUR_TERMINAL;
        LineFormat format = terminal && settings.format().orElse(LogSettings.Format.SHORT) == LogSettings.Format.SHORT
                ? new ShortFormat(
                        ShortFormat.Clock.TIME_OF_DAY, standardError.kind() == StandardError.Kind.COLOUR_TERMINAL)
                : format(settings, !journal);
        Function<LogRecord, String> prefix =
                journal ? event -> "<" + SyslogPriority.of(event).code() + ">" : event -> "";
        return new LogRoute(LogRoute.framed(format, prefix, "\n", MAX_LINE), standardError);
    }

    private static LineFormat format(LogSettings settings, boolean withTime) {
        return switch (settings.format().orElse(LogSettings.Format.LOGFMT)) {
            case LOGFMT -> new LogfmtFormat(withTime);
            case JSON -> new JsonFormat();
            case SHORT -> new ShortFormat(withTime ? ShortFormat.Clock.DATE_AND_TIME : ShortFormat.Clock.NONE, false);
        };
    }
}
