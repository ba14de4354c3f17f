#include "identity/machine.hpp"

#include <linux/random.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr size_t kMaxEntropyBytes = 512;
constexpr size_t kReportBytes = 255;
/** More than hw_random's core and virtio-rng's driver keep, a cache line each. */
constexpr size_t kFetchedBytes = 256;
}  // namespace

int Machine::setRealtime(int64_t ns) {
  const timespec time{ns / 1'000'000'000, ns % 1'000'000'000};
  return ::clock_settime(CLOCK_REALTIME, &time) == 0 ? 0 : errno;
}

int Machine::slewRealtime(int64_t ns) {
  const timeval change{ns / 1'000'000'000, ns % 1'000'000'000 / 1000};
  return ::adjtime(&change, nullptr) == 0 ? 0 : errno;
}

int Machine::creditEntropy(std::string_view bytes) {
  alignas(rand_pool_info) std::array<char, sizeof(rand_pool_info) + kMaxEntropyBytes> buffer{};
  if (bytes.size() > kMaxEntropyBytes) return E2BIG;
  rand_pool_info header{};
  header.entropy_count = static_cast<int>(bytes.size() * 8);
  header.buf_size = static_cast<int>(bytes.size());
  std::memcpy(buffer.data(), &header, sizeof header);
  std::memcpy(buffer.data() + sizeof header, bytes.data(), bytes.size());
  if (!random_) random_ = Fd(::open("/dev/urandom", O_RDWR | O_CLOEXEC));
  if (!random_) return errno;
  if (::ioctl(random_.get(), RNDADDENTROPY, buffer.data()) != 0) return errno;
  return ::ioctl(random_.get(), RNDRESEEDCRNG) == 0 ? 0 : errno;
}

void Machine::discardHostEntropy() {
  if (!hostRandom_) hostRandom_ = Fd(::open("/dev/hwrng", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!hostRandom_) return;
  std::array<char, kFetchedBytes> bytes;
  if (::read(hostRandom_.get(), bytes.data(), bytes.size()) < 0) return;
}

int Machine::mixEntropy(std::string_view bytes) { return writeExisting("/dev/urandom", bytes) ? 0 : errno; }

int Machine::setHostname(const std::string& name) {
  if (::sethostname(name.data(), name.size()) != 0) return errno;
  return hostname_.write(name + "\n");
}

int Machine::setMachineId(const std::string& id) { return machineId_.write(id + "\n"); }

int Machine::rewriteHostname() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size()) != 0) return errno;
  if (::sethostname(name.data(), ::strnlen(name.data(), HOST_NAME_MAX)) != 0) return errno;
  return hostname_.rewrite();
}

int Machine::rewriteMachineId() { return machineId_.rewrite(); }

/** Blanks make most reports equally long, so that none has to be cut to size. */
int Machine::publish(std::string report) {
  report.resize(std::max(report.size(), kReportBytes), ' ');
  return report_.write(report + "\n");
}

}  // namespace forkd
