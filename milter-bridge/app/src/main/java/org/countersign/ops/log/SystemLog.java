package org.countersign.ops.log;

import org.countersign.service.log.EventLog;
import org.countersign.service.log.LogEvent;

/** Writes events with the loggers of the Java platform, one for each part of the program. */
public final class SystemLog implements EventLog {
    @Override
    public void write(LogEvent event) {
        System.getLogger("countersign." + event.part())
                .log(event.level(), event.name(), event.pairs().entrySet().toArray());
    }
}
