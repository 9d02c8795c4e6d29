package org.countersign.milter.session;

import java.util.Map;
import java.util.Optional;

/**
 * The macros that a mail server has sent so far. They can be trusted only as far as access to the socket is restricted.
 *
 * @param byName values by name, without braces
 */
public record MacroValues(Map<String, String> byName) {
    public MacroValues {
        byName = Map.copyOf(byName);
    }

    /** The value of a macro, by its name without braces; empty if it is missing or empty. */
    public Optional<String> find(String name) {
        return Optional.ofNullable(byName.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@code i}: the queue id. Postfix does not know it before the first recipient. */
    public Optional<String> queueId() {
        return find("i");
    }

    /** {@code {auth_authen}}: the SASL login name of an authenticated client. */
    public Optional<String> authenticatedUser() {
        return find("auth_authen");
    }

    /** {@code {daemon_name}}: the mail server's name of the listener that accepted the client. */
    public Optional<String> daemonName() {
        return find("daemon_name");
    }

    /** {@code j}: the mail server's own host name. */
    public Optional<String> hostName() {
        return find("j");
    }

    /** {@code v}: the version of the mail server, such as {@code Postfix 3.7.11} or {@code 8.17.1.9}. */
    public Optional<String> version() {
        return find("v");
    }
}
