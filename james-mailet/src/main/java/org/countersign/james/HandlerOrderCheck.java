package org.countersign.james;

import java.util.List;
import org.apache.james.protocols.api.handler.WiringException;

/** Where a handler stands among those that James asks in turn. */
final class HandlerOrderCheck {
    private HandlerOrderCheck() {}

    /**
     * Wants a handler to be there once, and before certain others.
     *
     * @param handlers in the order in which James asks them
     * @param later the class of those others
     * @throws WiringException which keeps James from starting, and says what to change
     */
    static void check(Object handler, List<?> handlers, Class<?> later) throws WiringException {
        String ours = handler.getClass().getName();
        int at = -1;
        for (int i = 0; i < handlers.size(); i++) {
            if (later.isInstance(handlers.get(i)) && at < 0) {
                throw new WiringException("smtpserver.xml: the handler " + ours + " stands behind "
                        + handlers.get(i).getClass().getName()
                        + ", which leaves it nothing to judge: move it to the top of <handlerchain>");
            }
            if (handler.getClass().isInstance(handlers.get(i))) {
                if (at >= 0) {
                    throw new WiringException("smtpserver.xml: the handler " + ours
                            + " is named twice in one <handlerchain>: take one of them out");
                }
                at = i;
            }
        }
    }
}
