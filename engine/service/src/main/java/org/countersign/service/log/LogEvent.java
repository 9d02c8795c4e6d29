package org.countersign.service.log;

import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One event for the log.
 *
 * @param part the part of the program that the event is about: {@code server}, {@code dns}, {@code keys} or
 *     {@code memory}
 * @param name the event's name, for example {@code reloaded}
 * @param pairs keys and values in the order in which the log writes them. The values are not escaped: the host escapes
 *     them.
 */
public record LogEvent(String part, Level level, String name, SequencedMap<String, Object> pairs) {
    public LogEvent {
        pairs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(pairs));
    }

    /** An event without pairs. */
    public LogEvent(String part, Level level, String name) {
        this(part, level, name, new LinkedHashMap<>());
    }

    /** This event with one more pair at its end. */
    public LogEvent with(String key, Object value) {
        SequencedMap<String, Object> more = new LinkedHashMap<>(pairs);
        more.put(key, value);
        return new LogEvent(part, level, name, more);
    }

    /** This event with one more pair at its end, if there is a value. */
    LogEvent with(String key, Optional<?> value) {
        return value.map(present -> with(key, (Object) present)).orElse(this);
    }

    /** This event with more pairs at its end. */
    LogEvent withAll(Map<String, ?> others) {
        SequencedMap<String, Object> more = new LinkedHashMap<>(pairs);
        more.putAll(others);
        return new LogEvent(part, level, name, more);
    }
}
