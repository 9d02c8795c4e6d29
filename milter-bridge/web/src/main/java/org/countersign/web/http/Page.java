package org.countersign.web.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** What an {@link HttpListener} serves under one path, or under all paths with a prefix. */
@FunctionalInterface
public interface Page {
    /** Answers a request. May be called by several threads at once. */
    Response answer(PageRequest request);

    /** Whether POST is supported in addition to GET and HEAD. */
    default boolean takesForms() {
        return false;
    }

    /**
     * An answer.
     *
     * @param status the HTTP status code
     * @param contentType the media type of the body with its parameters
     * @param fields more header fields
     */
    record Response(int status, String contentType, String body, Map<String, String> fields) {
        private static final String TEXT = "text/plain; charset=utf-8";
        private static final int OK = 200;
        private static final int SEE_OTHER = 303;
        private static final int UNAVAILABLE = 503;

        public Response {
            fields = Map.copyOf(fields);
        }

        /** An answer without more header fields. */
        public Response(int status, String contentType, String body) {
            this(status, contentType, body, Map.of());
        }

        /** Text for people, with status 200. */
        public static Response ok(String text) {
            return text(OK, text);
        }

        /** Text for people, with status 503: a later request may have another answer. */
        public static Response unavailable(String text) {
            return text(UNAVAILABLE, text);
        }

        /** Text for people. */
        public static Response text(int status, String text) {
            return new Response(status, TEXT, text + "\n");
        }

        /**
         * Sends the browser to another page, which it asks for by GET.
         *
         * @param location a relative reference, so that it is right behind a proxy with a prefix
         */
        public static Response seeOther(String location) {
            return text(SEE_OTHER, "see " + location).with("Location", location);
        }

        /** This answer with a header field. */
        public Response with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(fields);
            more.put(name, value);
            return new Response(status, contentType, body, more);
        }
    }
}
