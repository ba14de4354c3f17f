#include "boot/kernel-modules.hpp"

#include <sys/syscall.h>

#include <cerrno>
#include <cstring>

#include "io/fd.hpp"
#include "io/text-file.hpp"

namespace forkd {

static constexpr size_t kMaxListBytes = 64 * 1024;

static void loadKernelModule(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file && ::syscall(SYS_finit_module, file.get(), "", 0) == 0) return;
  if (errno == EEXIST) return;
  writeAll(STDERR_FILENO, "forkd: module " + path + ": " + ::strerror(errno) + "\n");
}

void loadKernelModules(const char* listPath) {
  const std::string list = readTextFile(listPath, kMaxListBytes);
  for (std::string_view rest = list; !rest.empty();) {
    const std::string_view path = takeLine(rest);
    if (!path.empty()) loadKernelModule(std::string(path));
  }
}

}  // namespace forkd
