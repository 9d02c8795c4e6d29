package org.countersign.config;

/**
 * Reads the settings of the program that the engine is built into, from the same document as the engine's.
 *
 * @param <H> what the host makes of them
 */
@FunctionalInterface
public interface HostSettings<H> {
    /**
     * Asks for every key that the host knows, whether it needs it or not: asking is what makes a key known.
     * What is wrong is reported through the section, and a stand-in returned: nobody will see it.
     */
    H read(ConfigSection root);

    /** The engine's settings as this host can bear them: as they are, unless it needs a shorter deadline or the like. */
    default Configuration adapt(Configuration engine) {
        return engine;
    }
}
