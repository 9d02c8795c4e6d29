package org.countersign.config;

import java.util.Optional;

/**
 * A setting of the policy file as it is declared, with its value in one file. All texts but the path are Markdown.
 *
 * @param path the key with those above it, such as {@code dns.cache.max-ttl}
 * @param values the values that are allowed
 * @param byDefault the value without the key, as the file would write it, or in words
 * @param value the value in effect, written likewise
 * @param meaning what the setting does, in one or two sentences
 * @param written the value in effect as the file would write it, in YAML; empty if the file lacks the key and there is
 *     no fixed default
 * @param origin where the file has the key; empty if it does not
 */
public record Setting(
        String path,
        String values,
        String byDefault,
        String value,
        String meaning,
        Optional<String> written,
        Optional<ConfigLocation> origin) {
    /** Whether the file changes the setting. */
    public boolean isChanged() {
        return !value.equals(byDefault);
    }
}
