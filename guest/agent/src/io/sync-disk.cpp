#include "io/sync-disk.hpp"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdint>

#include "io/fd.hpp"

namespace forkd {

void syncDisk() {
  ::sync();
  const Fd root(::open("/", O_RDONLY | O_CLOEXEC));
  fstrim_range all{};
  all.len = UINT64_MAX;
  ::ioctl(root.get(), FITRIM, &all);
}

}  // namespace forkd
