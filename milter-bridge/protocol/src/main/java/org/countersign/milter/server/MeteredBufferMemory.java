package org.countersign.milter.server;

import org.countersign.milter.wire.PacketReader;
import org.countersign.smtp.MemoryBudget;

/** The memory of the buffer of one connection beyond its first 8 KiB. */
record MeteredBufferMemory(MemoryBudget.Share memory) implements PacketReader.BufferMemory, AutoCloseable {
    @Override
    public boolean take(int octets) {
        return memory.take(octets);
    }

    @Override
    public void release() {
        memory.release();
    }

    @Override
    public void close() {
        memory.close();
    }
}
