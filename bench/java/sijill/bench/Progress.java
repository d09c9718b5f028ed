package sijill.bench;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;

/** How far the partitions are from the ends that they had at the start. Threads: any. */
final class Progress {
    private final Map<TopicPartition, Long> ends;
    private final CountDownLatch open;
    private final AtomicLong firstNs = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Progress(Map<TopicPartition, Long> ends) {
        this.ends = ends;
        this.open = new CountDownLatch((int) ends.values().stream().filter(end -> end > 0).count());
    }

    Map<TopicPartition, Long> ends() {
        return ends;
    }

    long records() {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    long firstNs() {
        return firstNs.get();
    }

    /** A record has been folded. True when it is its partition's last. */
    boolean passed(TopicPartition partition, long offset) {
        if (firstNs.get() == 0) {
            firstNs.compareAndSet(0, System.nanoTime());
        }
        if (offset != ends.get(partition) - 1) {
            return false;
        }
        open.countDown();
        return true;
    }

    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    void await() throws InterruptedException {
        while (!open.await(50, TimeUnit.MILLISECONDS)) {
            check();
        }
    }

    void check() {
        if (failure.get() != null) {
            throw new IllegalStateException("a contestant failed", failure.get());
        }
    }
}
