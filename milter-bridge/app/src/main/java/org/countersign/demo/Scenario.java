package org.countersign.demo;

import java.util.Map;

/**
 * One message of the demonstration and its expected result.
 *
 * @param description what happens, in plain words
 * @param clientAddress IP address of the SMTP client
 * @param mailFrom the reverse-path without brackets
 * @param login the authenticated user; empty if there is none
 */
record Scenario(
        String title,
        String description,
        String clientAddress,
        String helo,
        String mailFrom,
        String login,
        SampleMessage message,
        Expectation expected) {

    /**
     * The expected result of a message.
     *
     * @param smtpReply the beginning of the SMTP reply
     * @param added a part of an added header field, unfolded
     * @param removed the number of removed header fields
     */
    record Expectation(String smtpReply, String added, int removed) {}

    Map<String, String> macros() {
        return login.isEmpty() ? Map.of() : Map.of("auth_authen", login, "auth_type", "PLAIN");
    }
}
