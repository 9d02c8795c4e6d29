package org.countersign.james;

import com.google.inject.Inject;
import org.countersign.CountersignEngine;
import org.countersign.james.engine.EngineRegistry;
import org.countersign.james.hook.InboundHook;

/**
 * The handler to name in {@code smtpserver.xml}, before {@code CoreCmdHandlerLoader}. Its only setting is the policy
 * file:
 *
 * <pre>{@code
 * <handler class="org.countersign.james.AuthenticationHook">
 *   <config>/etc/countersign/countersign.yaml</config>
 * </handler>
 * }</pre>
 *
 * <p>It checks inbound messages with SPF, DKIM, DMARC and ARC. At the end of DATA each message is accepted, rejected or
 * deferred, as the policy file says. Accepted messages get an Authentication-Results field of this server, and lose
 * forged ones.
 */
public final class AuthenticationHook extends InboundHook {
    /** For programs that create handlers without Guice; {@link #init} comes next. */
    public AuthenticationHook() {
        this(new EngineRegistry());
    }

    /** For James, which calls {@link #init} next. */
    @Inject
    public AuthenticationHook(EngineRegistry engines) {
        super(engines);
    }

    /** With an engine that exists already. */
    AuthenticationHook(CountersignEngine engine) {
        super(engine);
    }
}
