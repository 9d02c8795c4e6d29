package org.countersign.milter.filter;

/** A bound on the work in flight. */
public enum OverloadBound {
    /** The number of messages in flight. */
    MESSAGES(
            "overload.messages",
            "There are more messages in flight than overload.messages allows.",
            "find out which mail server or client holds so many messages, or raise overload.messages"),
    /** How long work waits for a processor. */
    PROCESSOR(
            "overload.processor-delay",
            "Work waits longer for a processor than overload.processor-delay allows.",
            "find out what else uses the processors of this machine, or give it more of them"),
    /** The memory of messages in flight, and of the buffers of their connections. */
    MEMORY(
            "limits.message-memory",
            "Messages in flight use all the memory that limits.message-memory allows.",
            "give the process a larger heap (-Xmx), or raise limits.message-memory in the policy file");

    private final String setting;
    private final String reason;
    private final String advice;

    OverloadBound(String setting, String reason, String advice) {
        this.setting = setting;
        this.reason = reason;
        this.advice = advice;
    }

    /** The key of the setting in the policy file. */
    public String setting() {
        return setting;
    }

    /** Why a message is not evaluated: a sentence. */
    String reason() {
        return reason;
    }

    /** What an administrator can do. */
    public String advice() {
        return advice;
    }
}
