package sijill.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * One pass over the topic: its clocks and its accounts. What happens between pause() and resume() is not the
 * contestant's work and counts neither as time nor as CPU. Instants are those of CLOCK_MONOTONIC.
 */
final class Pass {
    final String name;
    private final Main.Arguments arguments;
    private final long startNs;
    private final long startCpuNs;
    private final long startWritten;
    private final long startBrokerTicks;
    private long pausedNs;
    private long pausedCpuNs;
    private long peakKib;
    private long firstNs;
    private long records;
    private long stateBytes;
    private long brokerBytes;
    private List<String> lines = List.of();

    /** The first pass has begun with the process, the second begins now. */
    Pass(String name, Main.Arguments arguments, boolean coldStart) {
        this.name = name;
        this.arguments = arguments;
        startNs = coldStart ? arguments.startNs() : System.nanoTime();
        startCpuNs = coldStart ? 0 : Machine.cpuNs();
        startWritten = coldStart ? 0 : Machine.writtenBytes();
        startBrokerTicks = Machine.cpuTicksOf(arguments.brokerPid());
    }

    void folded(Progress progress) {
        firstNs = progress.firstNs();
        records = progress.records();
    }

    void pause() {
        peakKib = Machine.peakKib();
        pausedCpuNs -= Machine.cpuNs();
        pausedNs -= System.nanoTime();
    }

    void resume() {
        pausedNs += System.nanoTime();
        pausedCpuNs += Machine.cpuNs();
    }

    void keep(long stateBytes, long brokerBytes) {
        this.stateBytes = stateBytes;
        this.brokerBytes = brokerBytes;
    }

    void keep(Figures figures) throws IOException {
        lines = figures.finish();
        if (arguments.linesFile() != null) {
            Figures.write(lines, Path.of(arguments.linesFile()));
        }
    }

    /** The accounts as JSON; what comes after this call counts no more. */
    Runnable stop() {
        long endNs = System.nanoTime() - pausedNs;
        long cpuNs = Machine.cpuNs() - pausedCpuNs - startCpuNs;
        long written = Machine.writtenBytes() - startWritten;
        long brokerTicks = Machine.cpuTicksOf(arguments.brokerPid()) - startBrokerTicks;
        long peak = peakKib == 0 ? Machine.peakKib() : peakKib;
        return () -> System.out.println(String.format(Locale.ROOT,
                "{\"pass\":\"%s\",\"seconds\":%.6f,\"first_record_seconds\":%.6f,\"cpu_seconds\":%.3f,\"broker_cpu_seconds\":%.2f,"
                        + "\"peak_kib\":%d,\"written_bytes\":%d,\"state_bytes\":%d,\"broker_bytes\":%d,\"records\":%d,"
                        + "\"lines\":%d,\"digest\":\"%s\"}",
                name, (endNs - startNs) / 1e9, (firstNs - startNs) / 1e9, cpuNs / 1e9, brokerTicks / 100.0, peak, written,
                stateBytes, brokerBytes, records, lines.size(), Figures.digest(lines)));
    }
}
