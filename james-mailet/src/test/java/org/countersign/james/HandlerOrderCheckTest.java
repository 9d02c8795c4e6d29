package org.countersign.james;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.core.DataLineFilter;
import org.apache.james.protocols.smtp.core.ReceivedDataLineFilter;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.queue.memory.MemoryMailQueueFactory;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.james.smtpserver.SendMailHandler;
import org.countersign.policy.Mode;
import org.junit.jupiter.api.Test;

/** James does not start if the hook comes too late in the handler chain. */
class HandlerOrderCheckTest {
    private final AuthenticationHook hook =
            new AuthenticationHook(InboundFixture.engine(InboundFixture.zone(), Mode.ENFORCE));
    private final ReceivedDataLineFilter received = new ReceivedDataLineFilter();
    private final CollectingHook other = new CollectingHook();
    private final SendMailHandler queueing =
            new SendMailHandler(new MemoryMailQueueFactory(new RawMailQueueItemDecoratorFactory()));

    @Test
    void theHookMayComeAnywhereBeforeTheHandlerThatQueues() {
        assertThatCode(() -> {
                    hook.wireExtensions(JamesMessageHook.class, List.of(other, hook, other, queueing));
                    hook.wireExtensions(DataLineFilter.class, List.of(hook, received));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void afterTheHandlerThatQueuesTheErrorSaysWhatToChange() {
        assertThatThrownBy(() -> hook.wireExtensions(JamesMessageHook.class, List.of(other, queueing, hook)))
                .isInstanceOf(WiringException.class)
                .hasMessage("smtpserver.xml: the handler org.countersign.james.AuthenticationHook must come before"
                        + " org.apache.james.smtpserver.SendMailHandler: move it to the top of <handlerchain>");
    }

    @Test
    void afterTheFilterThatAddsReceivedItIsAnErrorToo() {
        assertThatThrownBy(() -> hook.wireExtensions(DataLineFilter.class, List.of(received, hook)))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("ReceivedDataLineFilter");
    }

    @Test
    void twiceInOneChainIsAnError() {
        AuthenticationHook again = new AuthenticationHook();
        assertThatThrownBy(() -> hook.wireExtensions(JamesMessageHook.class, List.of(hook, again, queueing)))
                .isInstanceOf(WiringException.class)
                .hasMessageContaining("is named twice in one <handlerchain>: remove one of them");
    }
}
