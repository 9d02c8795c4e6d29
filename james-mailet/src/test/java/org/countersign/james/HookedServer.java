package org.countersign.james;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.core.DataCmdHandler;
import org.apache.james.protocols.smtp.core.DataLineMessageHookHandler;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.smtpserver.DataLineJamesMessageHookHandler;
import org.apache.james.smtpserver.ExtendedSMTPSession;
import org.apache.james.smtpserver.JamesDataCmdHandler;
import org.countersign.testing.SmtpConnection;

/**
 * James' SMTP server without the rest of James, on a free loopback port, with the hook and a {@link CollectingHook} after
 * it. It accepts every password.
 */
final class HookedServer implements AutoCloseable {
    private final NettyServer server;
    private final CollectingHook collected;

    private HookedServer(NettyServer server, CollectingHook collected) {
        this.server = server;
        this.collected = collected;
    }

    /** Starts a server behind a proxy, so that tests can connect from any address. */
    static HookedServer behindProxy(Hook... hooks) throws Exception {
        return start(List.of(hooks), true, new Settings("mx.home.example", false));
    }

    /** The same, with this host name. */
    static HookedServer named(String name, Hook hook) throws Exception {
        return start(List.of(hook), true, new Settings(name, false));
    }

    /** The same, relaying for all clients. */
    static HookedServer relaying(Hook hook) throws Exception {
        return start(List.of(hook), true, new Settings("mx.home.example", true));
    }

    /** Starts a server without a proxy; its clients are at 127.0.0.1. */
    static HookedServer direct(Hook hook) throws Exception {
        return start(List.of(hook), false, new Settings("mx.home.example", false));
    }

    private static HookedServer start(List<Hook> hooks, boolean proxied, Settings settings) throws Exception {
        CollectingHook collected = new CollectingHook();
        NettyServer server = new NettyServer.Factory()
                .protocol(new Protocol(new Chain(hooks, collected), settings))
                .proxyRequired(proxied)
                .build();
        server.setIoWorkerCount(2);
        // Otherwise each shutdown takes two seconds.
        server.setGracefulShutdown(false);
        server.setListenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.bind();
        return new HookedServer(server, collected);
    }

    /** Connects as a client with this address behind the proxy. */
    SmtpConnection from(String address, String helo) throws Exception {
        return SmtpConnection.openThroughProxy(port(), address).hello(helo);
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

    /** Creates James' own sessions, which store the message. */
    private static final class Protocol extends SMTPProtocol {
        private final SMTPConfiguration settings;

        Protocol(Chain chain, SMTPConfiguration settings) {
            super(chain, settings);
            this.settings = settings;
        }

        @Override
        public ProtocolSession newSession(ProtocolTransport transport) {
            return new ExtendedSMTPSession(settings, transport);
        }
    }

    /** Adds James' own handlers after those of the test, as James does. */
    private static final class Chain extends SMTPProtocolHandlerChain {
        Chain(List<Hook> ours, Hook last) throws WiringException {
            super(new RecordingMetricFactory(), false);
            add(new AnyPasswordHook());
            addAll(ours);
            for (ProtocolHandler handler : initDefaultHandlers()) {
                add(
                        switch (handler) {
                            case DataCmdHandler data -> new JamesDataCmdHandler(new RecordingMetricFactory());
                            case DataLineMessageHookHandler end -> new DataLineJamesMessageHookHandler();
                            default -> handler;
                        });
            }
            add(last);
            wireExtensibleHandlers();
        }
    }

    private static final class Settings extends SMTPConfigurationImpl {
        private final String name;
        private final boolean relaying;

        Settings(String name, boolean relaying) {
            this.name = name;
            this.relaying = relaying;
        }

        @Override
        public String getHelloName() {
            return name;
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
