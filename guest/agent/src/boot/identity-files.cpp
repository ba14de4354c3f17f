#include "boot/identity-files.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <string>

#include "io/fd.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr const char* kDirectory = "/run/forkd/identity";
constexpr size_t kMaxBytes = 256;

void detach(const std::string& name, mode_t mode) {
  const std::string target = "/etc/" + name;
  const std::string source = std::string(kDirectory) + "/" + name;
  const Fd exists(::open(target.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644));
  const Fd copy(::open(source.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode));
  if (!exists || !copy || !writeAll(copy.get(), readTextFile(target.c_str(), kMaxBytes))) return;
  ::mount(source.c_str(), target.c_str(), nullptr, MS_BIND, nullptr);
}
}  // namespace

void detachIdentityFiles() {
  ::mkdir(kDirectory, 0755);
  detach("hostname", 0644);
  detach("machine-id", 0444);
}

}  // namespace forkd
