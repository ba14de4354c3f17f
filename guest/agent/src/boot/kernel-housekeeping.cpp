#include "boot/kernel-housekeeping.hpp"

#include "io/text-file.hpp"

namespace forkd {

void slowKernelHousekeeping() {
  // https://www.kernel.org/doc/html/v6.1/admin-guide/sysctl/vm.html: seconds, and hundredths of one.
  writeExisting("/proc/sys/vm/stat_interval", "120");
  writeExisting("/proc/sys/vm/dirty_writeback_centisecs", "3000");
  // Or the kernel looks every half second whether memory should be compacted.
  writeExisting("/proc/sys/vm/compaction_proactiveness", "0");
  // The host's page cache is behind the disk: there is no latency to throttle by.
  writeExisting("/sys/block/vda/queue/wbt_lat_usec", "0");
}

}  // namespace forkd
