package org.countersign.ops.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The functions of the C library that sockets for datagrams need. Each returns its result, or the negative error number. */
@SuppressWarnings("restricted") // Foreign functions are the purpose of this class.
final class NativeFunctions {
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));
    private static final int MAX_ERROR_TEXT = 256;

    private final Linker linker = Linker.nativeLinker();
    private final MethodHandle socket =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private final MethodHandle sendTo = function(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private final MethodHandle errorText = function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private MethodHandle function(String name, FunctionDescriptor signature) {
        return linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(), signature, Linker.Option.captureCallState("errno"));
    }

    int socket(int domain, int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = (int) socket.invokeExact(state, domain, type, 0);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    long sendTo(int descriptor, MemorySegment data, int flags, MemorySegment address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result = (long) sendTo.invokeExact(
                    state, descriptor, data, data.byteSize(), flags, address, (int) address.byteSize());
            return result < 0 ? -errno(state) : result;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    int close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = (int) close.invokeExact(state, descriptor);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** The text of an error number, such as {@code No such file or directory}. */
    String errorText(int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = (MemorySegment) errorText.invokeExact(arena.allocate(CALL_STATE), number);
            return text.reinterpret(MAX_ERROR_TEXT).getString(0);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** The functions throw nothing, but the type of a method handle does not say so. */
    private static IllegalStateException unexpected(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }
}
