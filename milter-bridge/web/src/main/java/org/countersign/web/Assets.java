package org.countersign.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.countersign.web.http.Page.Response;

/** The files that pages load: the style sheet, the script and the icon. They hold nothing that is secret. */
final class Assets {
    private static final int OK = 200;
    private static final Map<String, String> TYPES = Map.of(
            "style.css", "text/css; charset=utf-8",
            "live.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final Map<String, Response> files = new HashMap<>();

    Assets() {
        TYPES.forEach((name, type) -> files.put(name, new Response(OK, type, read(name))));
    }

    private static String read(String name) {
        try (InputStream in = Objects.requireNonNull(Assets.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(name, broken);
        }
    }

    Optional<Response> find(String name) {
        return Optional.ofNullable(files.get(name));
    }
}
