package org.countersign.web.access;

/** Whether a request may have its answer. */
public sealed interface Admission {
    /**
     * It may.
     *
     * @param user the name that a trusted proxy gave; empty for a holder of the token
     * @param formToken what a form of a page for this user has to send back; empty if the user may only read
     */
    record Allowed(String user, String formToken) implements Admission {}

    /**
     * A ticket was used: the browser gets a cookie.
     *
     * @param cookie the value of the field {@code Set-Cookie}
     */
    record Entered(String cookie) implements Admission {}

    /**
     * It may not.
     *
     * @param status the HTTP status code
     * @param problem what is wrong, and what to do
     */
    record Refused(int status, String problem) implements Admission {}
}
