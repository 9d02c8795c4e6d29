package org.countersign.reports.collect;

/** Takes an event for each judged message to another system. */
public interface VerdictSink extends AutoCloseable {
    /** Takes no event anywhere. */
    VerdictSink NONE = new VerdictSink() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void accept(VerdictEvent event) {}

        @Override
        public void close() {}
    };

    /** Whether events are taken anywhere; otherwise none needs to be made. */
    default boolean isOn() {
        return true;
    }

    /** Takes an event. Never waits and never fails; an event without room is counted as lost. For any thread. */
    void accept(VerdictEvent event);

    /** Takes no more events, and waits a bounded time until the last ones are delivered. */
    @Override
    void close();
}
