package org.countersign.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts what has become of each message that a mail server sent. */
final class DeliveryCounts {
    private DeliveryCounts() {}

    /**
     * Ends the queue, and checks that each message was delivered once, rejected or deferred, as its expected result
     * permits. A delivered message must have its true result, and no mark of quarantine.
     *
     * @param sent the number of messages in the queue
     */
    static void check(SendingQueue queue, PostfixInstance postfix, int sent) throws Exception {
        queue.finish();
        List<SentMessage> messages = queue.sent();
        List<SentMessage> genuine =
                messages.stream().filter(SentMessage::isGenuine).toList();
        assertThat(messages.stream().map(SentMessage::id)).hasSize(sent).doesNotHaveDuplicates();
        assertThat(queue.with(SendingQueue.Status.DELIVERED)).containsExactlyElementsOf(genuine);
        assertThat(queue.with(SendingQueue.Status.REFUSED))
                .containsAll(messages.stream()
                        .filter(message -> message.expected() == SentMessage.Expected.REFUSED)
                        .toList());
        assertThat(queue.with(SendingQueue.Status.DEFERRED))
                .allMatch(message -> message.expected() == SentMessage.Expected.NEVER_ACCEPTED);
        checkMailbox(postfix, genuine, queue.lastReplies());
    }

    /**
     * Checks that the mailbox has each of these messages once, with its result, and no other.
     *
     * @param description for an error message
     */
    static void checkMailbox(PostfixInstance postfix, List<SentMessage> expected, String description) throws Exception {
        postfix.awaitEmptyQueue();
        List<DeliveredMessage> arrived = postfix.mailbox(SenderDomains.BOB);
        Map<String, Long> copies =
                arrived.stream().collect(Collectors.groupingBy(DeliveryCounts::id, Collectors.counting()));
        assertThat(copies)
                .as(description)
                .isEqualTo(expected.stream().collect(Collectors.toMap(SentMessage::id, message -> 1L)));
        Map<String, SentMessage> messages =
                expected.stream().collect(Collectors.toMap(SentMessage::id, Function.identity()));
        for (DeliveredMessage delivered : arrived) {
            assertThat(delivered.values("Authentication-Results"))
                    .as(delivered.text())
                    .singleElement()
                    .asString()
                    .contains(
                            Objects.requireNonNull(messages.get(id(delivered))).dmarc());
            assertThat(delivered.values("X-Countersign-Verdict")).isEmpty();
        }
    }

    private static String id(DeliveredMessage delivered) {
        String value = delivered.values("Message-ID").getFirst();
        return value.substring(1, value.length() - 1);
    }
}
