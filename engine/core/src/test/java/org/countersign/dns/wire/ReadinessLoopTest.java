package org.countersign.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ReadinessLoopTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ReadinessLoop loop = new ReadinessLoop();

    @Test
    void respondsWithoutAThread() throws InterruptedException {
        assertThat(loop.responds(SHORT)).isTrue();
    }

    @Test
    void respondsWhileItWaitsAndNotWhileAHandlerHangs() throws IOException, InterruptedException {
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            loop.watch(source, SelectionKey.OP_READ, new ReadinessLoop.Handler() {
                @Override
                public void ready(SelectionKey key) {
                    key.interestOps(0);
                    handling.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                }

                @Override
                public void abandoned() {
                    throw new AssertionError("the loop has ended");
                }
            });
            assertThat(loop.responds(LONG)).isTrue();
            assertThat(loop.responds(LONG)).isTrue();

            assertThat(sink.write(ByteBuffer.allocate(1))).isEqualTo(1);
            handling.await();
            assertThat(loop.responds(SHORT)).isFalse();
            end.countDown();
            assertThat(loop.responds(LONG)).isTrue();
        }
    }
}
