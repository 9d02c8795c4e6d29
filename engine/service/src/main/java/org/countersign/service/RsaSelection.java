package org.countersign.service;

import org.countersign.crypto.Ed25519;
import org.countersign.crypto.RsaEngine;
import org.countersign.crypto.Sha256;

/** Selects the implementation of RSA for this process. */
public final class RsaSelection {
    /**
     * A system property. The value {@code runtime} selects the RSA of the Java runtime; any other value, or none, the fastest
     * that is available. The launcher sets {@code runtime} for every command but {@code serve}: the faster one takes a third
     * of a second to load, which only a server makes up for.
     */
    public static final String PROPERTY = "countersign.rsa";

    private RsaSelection() {}

    /**
     * Begins to load the engine that the system property selects, in a thread of its own. A server calls this first, so that
     * the engine loads while the policy file is read. A caller of {@link #bySystemProperty()} waits for the rest.
     */
    public static void preload() {
        Thread.ofPlatform().daemon().name("countersign-rsa").start(RsaSelection::bySystemProperty);
    }

    /** The engine that the system property selects. Loads it, so call this once, before the first message. */
    public static RsaEngine bySystemProperty() {
        return "runtime".equals(System.getProperty(PROPERTY)) ? RsaEngine.jca() : RsaEngine.best();
    }

    /** For the log: {@code RSA by SunJCE, Ed25519 by Bouncy Castle, SHA-256 by SUN}. */
    public static String describe(RsaEngine rsa) {
        return "RSA by " + rsa.provider() + ", Ed25519 by " + Ed25519.PROVIDER + ", SHA-256 by " + Sha256.PROVIDER;
    }
}
