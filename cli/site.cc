#include "cli/site.h"

#include "cli/config.h"
#include "cli/config_command.h"

namespace sijill::cli {

Result<projections::SiteKpis> site_of(const Options& options) {
    const auto loaded = load_config(config_file(options.config), process_environment());
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    return site_kpis(loaded->config);
}

}  // namespace sijill::cli
