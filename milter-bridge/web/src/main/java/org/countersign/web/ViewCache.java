package org.countersign.web;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The views that were made in the last minute. A page that is loaded again costs no query meanwhile; reports come in by the
 * hour, and each page says when it was made.
 */
final class ViewCache {
    private static final Duration AGE = Duration.ofMinutes(1);
    private static final long HEAP_OF_A_VIEW = 4 << 20;
    private static final int MIN = 8;
    private static final int MAX = 64;

    private final Map<String, View> views = new LinkedHashMap<>();
    private final int max = Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_OF_A_VIEW, MIN, MAX);

    /** The view that was made for a request a moment ago. */
    synchronized Optional<View> find(String key, Instant now) {
        views.values().removeIf(view -> view.frame().made().plus(AGE).isBefore(now));
        return Optional.ofNullable(views.get(key));
    }

    /** Forgets all views, because something was changed. */
    synchronized void clear() {
        views.clear();
    }

    /** Keeps a view; the oldest one is forgotten if there are too many. */
    synchronized void add(String key, View view) {
        views.remove(key);
        if (views.size() >= max) {
            views.remove(views.keySet().iterator().next());
        }
        views.put(key, view);
    }
}
