package org.countersign.james.hook;

import java.util.List;
import org.apache.james.protocols.api.handler.WiringException;

/** Checks the position of a handler in James' handler chain. */
final class HandlerOrderCheck {
    private HandlerOrderCheck() {}

    /**
     * Requires a handler to be in the chain once, before every handler of another class.
     *
     * @param handlers in the order in which James calls them
     * @param later the class of the handlers that must come later
     * @throws WiringException says what to change; James then does not start
     */
    static void check(Object handler, List<?> handlers, Class<?> later) throws WiringException {
        String name = handler.getClass().getName();
        boolean found = false;
        for (Object other : handlers) {
            if (later.isInstance(other) && !found) {
                throw new WiringException("smtpserver.xml: the handler " + name + " must come before "
                        + other.getClass().getName() + ": move it to the top of <handlerchain>");
            }
            if (handler.getClass().isInstance(other)) {
                if (found) {
                    throw new WiringException("smtpserver.xml: the handler " + name
                            + " is named twice in one <handlerchain>: remove one of them");
                }
                found = true;
            }
        }
    }
}
