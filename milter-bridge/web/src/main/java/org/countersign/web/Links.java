package org.countersign.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** References from one page to another one. All are relative, so that they are right behind a proxy with a prefix. */
public final class Links {
    private Links() {}

    /**
     * A page with parameters.
     *
     * @param page its name; empty for the overview
     * @param parameters names and values in turn; a parameter with an empty value is left out
     */
    public static String of(String page, String... parameters) {
        StringBuilder link = new StringBuilder("./").append(page);
        char separator = '?';
        for (int i = 0; i < parameters.length; i += 2) {
            if (!parameters[i + 1].isEmpty()) {
                link.append(separator)
                        .append(parameters[i])
                        .append('=')
                        .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return link.toString();
    }
}
