#include "identity/machine.hpp"

#include <linux/random.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/fd.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxEntropyBytes = 512;
}

int setRealtime(int64_t ns) {
  const timespec time{ns / 1'000'000'000, ns % 1'000'000'000};
  return ::clock_settime(CLOCK_REALTIME, &time) == 0 ? 0 : errno;
}

int creditEntropy(std::string_view bytes) {
  alignas(rand_pool_info) std::array<char, sizeof(rand_pool_info) + kMaxEntropyBytes> buffer{};
  if (bytes.size() > kMaxEntropyBytes) return E2BIG;
  rand_pool_info header{};
  header.entropy_count = static_cast<int>(bytes.size() * 8);
  header.buf_size = static_cast<int>(bytes.size());
  std::memcpy(buffer.data(), &header, sizeof header);
  std::memcpy(buffer.data() + sizeof header, bytes.data(), bytes.size());
  const Fd random(::open("/dev/urandom", O_RDWR | O_CLOEXEC));
  if (!random) return errno;
  if (::ioctl(random.get(), RNDADDENTROPY, buffer.data()) != 0) return errno;
  return ::ioctl(random.get(), RNDRESEEDCRNG) == 0 ? 0 : errno;
}

int mixEntropy(std::string_view bytes) { return writeExisting("/dev/urandom", bytes) ? 0 : errno; }

int setHostname(const std::string& name) {
  if (::sethostname(name.data(), name.size()) != 0) return errno;
  return rewriteFile("/etc/hostname", name + "\n");
}

int setMachineId(const std::string& id) { return rewriteFile("/etc/machine-id", id + "\n"); }

}  // namespace forkd
