package sijill.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** What the broker knows of topics: ends, sizes, committed positions. */
final class Topics implements AutoCloseable {
    private final Admin admin;

    Topics(String bootstrap) {
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    @Override
    public void close() {
        admin.close();
    }

    static Map<TopicPartition, Long> ends(Main.Arguments arguments) throws Exception {
        try (Topics topics = new Topics(arguments.bootstrap())) {
            return topics.ends(List.of(arguments.topic()));
        }
    }

    Map<TopicPartition, Long> ends(List<String> names) throws InterruptedException, ExecutionException {
        List<TopicPartition> partitions = new ArrayList<>();
        admin.describeTopics(names).allTopicNames().get().forEach((name, description) -> description.partitions()
                .forEach(each -> partitions.add(new TopicPartition(name, each.partition()))));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()))).all().get()
                .forEach((partition, found) -> ends.put(partition, found.offset()));
        return ends;
    }

    /** The topics that an application made for itself: changelogs and repartitions. */
    List<String> internal(String application) throws InterruptedException, ExecutionException {
        return admin.listTopics().names().get().stream().filter(name -> name.startsWith(application + "-")).toList();
    }

    long bytes(List<String> names) throws InterruptedException, ExecutionException {
        List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
        return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
                .flatMap(directories -> directories.values().stream())
                .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                .filter(replica -> names.contains(replica.getKey().topic()))
                .mapToLong(replica -> replica.getValue().size()).sum();
    }

    boolean hasCommitted(String group, Map<TopicPartition, Long> ends) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        return ends.entrySet().stream().allMatch(end -> end.getValue() == 0
                || committed.get(end.getKey()) != null && committed.get(end.getKey()).offset() >= end.getValue());
    }

    void delete(List<String> names) throws InterruptedException, ExecutionException {
        admin.deleteTopics(names).all().get();
    }
}
