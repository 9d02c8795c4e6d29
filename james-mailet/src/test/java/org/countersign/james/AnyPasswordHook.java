package org.countersign.james;

import org.apache.james.core.Username;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResult;

/** Accepts every password, and changes the session as James' own hook does. */
final class AnyPasswordHook implements AuthHook {
    @Override
    public HookResult doAuth(SMTPSession session, Username username, String password) {
        session.setUsername(username);
        session.setRelayingAllowed(true);
        return HookResult.OK;
    }

    @Override
    public HookResult doSasl(SMTPSession session, OidcSASLConfiguration configuration, String token) {
        return HookResult.DECLINED;
    }
}
