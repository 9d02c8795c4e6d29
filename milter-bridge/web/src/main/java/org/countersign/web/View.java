package org.countersign.web;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.countersign.explain.Explanation;

/**
 * The content of a page, before it is written as HTML or as JSON.
 *
 * @param status the HTTP status code
 * @param template the name of its template
 * @param model the parameters of the template but {@code frame}
 * @param json makes the same for programs
 */
record View(int status, Frame frame, String template, Map<String, Object> model, Supplier<Explanation.Group> json) {
    View {
        model = Map.copyOf(model);
    }

    /** All parameters of the template. */
    Map<String, Object> parameters() {
        Map<String, Object> parameters = new HashMap<>(model);
        parameters.put("frame", frame);
        return parameters;
    }
}
