package org.countersign.ops.http;

import com.sun.net.httpserver.Request;

/** What an {@link HttpListener} serves under one path. */
@FunctionalInterface
public interface Page {
    /**
     * Answers a GET or HEAD request. May be called by several threads at once.
     *
     * @param request its header fields and its query; the listener has compared the path
     */
    Response answer(Request request);

    /**
     * An answer.
     *
     * @param status the HTTP status code
     * @param contentType the media type of the body with its parameters
     */
    record Response(int status, String contentType, String body) {
        private static final String TEXT = "text/plain; charset=utf-8";
        private static final int OK = 200;
        private static final int UNAVAILABLE = 503;

        /** Text for people, with status 200. */
        public static Response ok(String text) {
            return text(OK, text);
        }

        /** Text for people, with status 503: a later request may have another answer. */
        public static Response unavailable(String text) {
            return text(UNAVAILABLE, text);
        }

        static Response text(int status, String text) {
            return new Response(status, TEXT, text + "\n");
        }
    }
}
