package sijill.bench;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/** The tuned stores: bloom filters, LZ4, one block cache for all, larger memtables. */
public final class RocksSettings implements RocksDBConfigSetter {
    private static final Cache CACHE = new LRUCache(512L << 20);
    private BloomFilter filter;

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        filter = new BloomFilter(10);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setFilterPolicy(filter);
        table.setBlockSize(16 << 10);
        options.setTableFormatConfig(table);
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
        options.setWriteBufferSize(64L << 20);
        options.setMaxWriteBufferNumber(3);
    }

    @Override
    public void close(String store, Options options) {
        filter.close();
    }
}
