package org.countersign.ops.http;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.countersign.metrics.Reading;
import org.countersign.web.http.Page;
import org.countersign.web.http.PageRequest;
import org.countersign.web.http.PageThreads;

/**
 * The metrics of the program and of its Java runtime in the text formats that Prometheus reads. The format is the one
 * that the {@code Accept} field of the request prefers: OpenMetrics, or else the older text format.
 */
public final class MetricsPage implements Page {
    private static final int OK = 200;

    // A scrape takes some ten milliseconds of a processor, which mail must not wait for.
    private final PageThreads threads = new PageThreads(1, PageThreads.PATIENCE);

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    /**
     * @param sources each called for every request
     */
    public MetricsPage(List<Supplier<List<Reading>>> sources) {
        List<Supplier<List<Reading>>> all = List.copyOf(sources);
        registry.register(() -> Snapshots.of(
                all.stream().flatMap(source -> source.get().stream()).toList()));
        // Not those for allocations by memory pool, which the garbage collector would have to report, and not those for
        // native memory, which the Java runtime measures only on request.
        JvmBufferPoolMetrics.builder().register(registry);
        JvmClassLoadingMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    @Override
    public Response answer(PageRequest request) {
        try {
            return threads.make(() -> made(request))
                    .orElseGet(() -> Response.unavailable("too many ask for metrics at once: try again"));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Response.unavailable("the service stops");
        }
    }

    private Response made(PageRequest request) {
        String accept = String.join(",", request.fields().getOrDefault("Accept", List.of()));
        // Not findWriter(): it selects protobuf, whose writer is another library, where a client prefers that.
        ExpositionFormatWriter writer = formats.getOpenMetricsTextFormatWriter().accepts(accept)
                ? formats.getOpenMetricsTextFormatWriter()
                : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array cannot fail", impossible);
        }
        return new Response(OK, writer.getContentType(), text.toString(StandardCharsets.UTF_8));
    }
}
