package org.countersign.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.james.jspf.executor.SynchronousSPFExecutor;
import org.apache.james.jspf.impl.DNSServiceXBillImpl;
import org.apache.james.jspf.impl.SPF;
import org.countersign.dns.DnsClient;
import org.countersign.dns.MessageLookups;
import org.countersign.dns.cache.CacheSettings;
import org.countersign.dns.cache.CachingDnsClient;
import org.countersign.dns.wire.WireDnsClient;
import org.countersign.dns.wire.WireSettings;
import org.countersign.domain.DomainName;
import org.countersign.domain.IpNetwork;
import org.countersign.spf.SpfIdentity;
import org.countersign.spf.SpfLimits;
import org.countersign.spf.SpfRequest;
import org.countersign.spf.SpfVerifier;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.SimpleResolver;

/** One implementation, ready to check the MAIL FROM of {@link SpfZone} as often as it is asked to. */
interface SpfChecker {
    /** Held on to, since the level that is set on a logger is gone with the logger. */
    Logger JSPF_LOG = Logger.getLogger("org.apache.james.jspf");

    /** The word for the result: {@code pass}, if all is well. */
    String check();

    /** Ours with an empty memory for every message and all answers in the cache that messages share. */
    static SpfChecker countersignCached() {
        return countersign(
                new CachingDnsClient(SpfZone.inMemory(), CacheSettings.DEFAULT, InstantSource.system()),
                InstantSource.system());
    }

    /** Ours without a cache: every check asks this server. */
    static SpfChecker countersign(InetSocketAddress server) {
        return countersign(new WireDnsClient(WireSettings.of(server), InstantSource.system()), InstantSource.system());
    }

    private static SpfChecker countersign(DnsClient client, InstantSource clock) {
        InetAddress address = IpNetwork.parseAddress(SpfZone.CLIENT).orElseThrow();
        SpfVerifier verifier = new SpfVerifier(SpfLimits.DEFAULT, DomainName.of("receiver.example"), clock);
        return () -> {
            SpfRequest request =
                    new SpfRequest(SpfIdentity.MAIL_FROM, address, "someone", SpfZone.DOMAIN, SpfZone.HELO);
            MessageLookups dns = new MessageLookups(client, 100, clock.instant().plus(Duration.ofSeconds(20)));
            return verifier.verify(request, dns).keyword();
        };
    }

    /**
     * jSPF, called in the caller's thread, with the cache that dnsjava has for all of a JVM switched off. So is its
     * log of every check, since nobody else here writes one.
     */
    static SpfChecker jspf(InetSocketAddress server) {
        JSPF_LOG.setLevel(Level.WARNING);
        Cache nothing = new Cache(DClass.IN);
        nothing.setMaxCache(0);
        nothing.setMaxNCache(0);
        Lookup.setDefaultCache(nothing, DClass.IN);
        DNSServiceXBillImpl dns = new DNSServiceXBillImpl(new SimpleResolver(server));
        SPF spf = new SPF(dns, new SynchronousSPFExecutor(dns));
        return () -> spf.checkSPF(SpfZone.CLIENT, SpfZone.SENDER, SpfZone.HELO).getResult();
    }
}
