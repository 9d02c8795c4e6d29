package org.countersign.web.http;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request for a page. Everything in it is the text of a stranger, and together at most 32 KiB.
 *
 * @param method {@code GET}, {@code HEAD} or {@code POST}
 * @param path the path of the URI, decoded
 * @param query the parameters of the query, by name
 * @param fields the header fields
 * @param client the address of the TCP connection
 * @param form the fields of a form that was sent by POST, by name
 */
public record PageRequest(
        String method,
        String path,
        Map<String, String> query,
        Headers fields,
        InetAddress client,
        Map<String, String> form) {
    private static final int MAX_PARAMETERS = 50;

    /** Whether it asks for a change. */
    public boolean isPost() {
        return method.equals("POST");
    }

    /** The first header field with a name. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.getFirst(name));
    }

    /** A parameter of the query, or an empty text. */
    public String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    /**
     * Reads {@code application/x-www-form-urlencoded}, at most 50 parameters. The first one with a name counts.
     *
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits
     */
    static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int start = 0;
        while (start < text.length() && parameters.size() < MAX_PARAMETERS) {
            int end = text.indexOf('&', start);
            String pair = text.substring(start, end < 0 ? text.length() : end);
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
            start = end < 0 ? text.length() : end + 1;
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
