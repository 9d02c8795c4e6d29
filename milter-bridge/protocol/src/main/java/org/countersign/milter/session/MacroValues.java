package org.countersign.milter.session;

import java.util.Map;
import java.util.Optional;

/**
 * The macros of a mail server as they stood at one moment. They are as trustworthy as the socket that they
 * came through.
 *
 * @param byName values by name, braces dropped
 */
public record MacroValues(Map<String, String> byName) {
    public MacroValues {
        byName = Map.copyOf(byName);
    }

    /** The value of a macro, its name without braces; empty also for an empty value. */
    public Optional<String> find(String name) {
        return Optional.ofNullable(byName.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@code i}: the queue id, which Postfix does not know before the first recipient. */
    public Optional<String> queueId() {
        return find("i");
    }

    /** {@code {auth_authen}}: the SASL login, for a message that is being submitted. */
    public Optional<String> authenticatedUser() {
        return find("auth_authen");
    }

    /** {@code {daemon_name}}: the mail server's name for the listener that the client came to. */
    public Optional<String> daemonName() {
        return find("daemon_name");
    }

    /** {@code j}: the mail server's own host name. */
    public Optional<String> hostName() {
        return find("j");
    }
}
