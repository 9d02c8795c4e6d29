package org.countersign.demo;

import java.util.Map;

/**
 * One act of the demonstration.
 *
 * @param tale what happens, in plain words
 * @param clientAddress from where the message comes
 * @param mailFrom without brackets
 * @param login who has logged in; the empty text for a stranger
 * @param outcome what must become of it
 */
record Scenario(
        String title,
        String tale,
        String clientAddress,
        String helo,
        String mailFrom,
        String login,
        SampleMessage letter,
        Outcome outcome) {

    /**
     * What must become of a message.
     *
     * @param smtpReply how the reply to the sender begins
     * @param added what the fields that are added say, among other things; unfolded
     * @param removed how many fields are taken away
     */
    record Outcome(String smtpReply, String added, int removed) {}

    Map<String, String> macros() {
        return login.isEmpty() ? Map.of() : Map.of("auth_authen", login, "auth_type", "PLAIN");
    }
}
