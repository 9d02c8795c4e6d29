package org.countersign.james;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.Hook;
import org.countersign.testing.SmtpConnection;

/**
 * James' SMTP server without the rest of James, on a free loopback port: our hook, and a
 * {@link CollectingHook} behind it. Anybody may log in.
 */
final class HookedServer implements AutoCloseable {
    private final NettyServer server;
    private final CollectingHook collected;

    private HookedServer(NettyServer server, CollectingHook collected) {
        this.server = server;
        this.collected = collected;
    }

    /** Listens as behind a proxy, so that tests can come from any address. */
    static HookedServer behindProxy(Hook hook) throws Exception {
        return start(hook, true, new Settings(false));
    }

    /** The same, relaying for everybody. */
    static HookedServer relaying(Hook hook) throws Exception {
        return start(hook, true, new Settings(true));
    }

    /** Listens for clients themselves, who are at 127.0.0.1. */
    static HookedServer direct(Hook hook) throws Exception {
        return start(hook, false, new Settings(false));
    }

    private static HookedServer start(Hook hook, boolean proxied, Settings settings) throws Exception {
        CollectingHook collected = new CollectingHook();
        AuthHook anybody = new AnybodyMayLogIn();
        SMTPProtocolHandlerChain chain =
                new SMTPProtocolHandlerChain(new RecordingMetricFactory(), anybody, hook, collected);
        NettyServer server = new NettyServer.Factory()
                .protocol(new SMTPProtocol(chain, settings))
                .proxyRequired(proxied)
                .build();
        server.setIoWorkerCount(2);
        // Otherwise every end takes two seconds.
        server.setGracefulShutdown(false);
        server.setListenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.bind();
        return new HookedServer(server, collected);
    }

    /** A connection of a client at this address, which a proxy passes on. */
    SmtpConnection from(String address, String helo) throws Exception {
        return SmtpConnection.openBehindProxy(port(), address).hello(helo);
    }

    int port() {
        return server.getListenAddresses().getFirst().getPort();
    }

    List<CollectingHook.Collected> delivered() {
        return collected.messages();
    }

    @Override
    public void close() {
        server.unbind();
    }

    private static final class Settings extends SMTPConfigurationImpl {
        private final boolean relaying;

        Settings(boolean relaying) {
            this.relaying = relaying;
        }

        @Override
        public boolean isRelayingAllowed(String remoteAddress) {
            return relaying;
        }

        @Override
        public boolean isAuthAnnounced(String remoteAddress, boolean tlsStarted) {
            return true;
        }

        @Override
        public boolean isPlainAuthEnabled() {
            return true;
        }
    }
}
