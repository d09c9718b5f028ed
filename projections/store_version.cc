#include "projections/store_version.h"

#include <rocksdb/version.h>

namespace sijill::projections {

std::string store_version() {
    return rocksdb::GetRocksVersionAsString();
}

}  // namespace sijill::projections
