package org.countersign.service.check;

/** Receives how far a long check has come, from any thread. Must return soon, and must not throw. */
@FunctionalInterface
public interface Progress {
    /**
     * Some of the work is done.
     *
     * @param done how many steps are done
     * @param total how many steps there are
     */
    void reached(int done, int total);
}
