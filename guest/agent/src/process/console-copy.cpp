#include "process/console-copy.hpp"

#include <algorithm>
#include <cerrno>

#include "io/clock.hpp"

namespace forkd {

namespace {
constexpr int64_t kNsPerSecond = 1'000'000'000;
}  // namespace

ConsoleCopy::ConsoleCopy(EventLoop& loop, const std::string& path)
    : console_(::open(path.c_str(), O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)), watch_(loop, *this),
      refilledNs_(monotonicNs()) {}

void ConsoleCopy::write(std::string_view data) {
  if (!console_) return;
  refill();
  if (leftOut_ > 0 && allowance_ > 0) tellLeftOut();
  const size_t taken = std::min({data.size(), allowance_, kBurstBytes - std::min(kBurstBytes, pending_.size())});
  leftOut_ += data.size() - taken;
  allowance_ -= taken;
  pending_.append(data.substr(0, taken));
  flush();
}

void ConsoleCopy::onReady(int, uint32_t) { flush(); }

void ConsoleCopy::refill() {
  const int64_t nowNs = monotonicNs();
  const int64_t passedNs = std::min<int64_t>(nowNs - refilledNs_, kNsPerSecond * kBurstBytes / kBytesPerSecond);
  const auto bytes = static_cast<size_t>(passedNs * static_cast<int64_t>(kBytesPerSecond) / kNsPerSecond);
  // Time that is worth less than a byte counts for the next one.
  if (bytes == 0) return;
  refilledNs_ = nowNs;
  allowance_ = std::min(allowance_ + bytes, kBurstBytes);
}

void ConsoleCopy::tellLeftOut() {
  pending_ += "\nforkd: " + std::to_string(leftOut_) + " bytes of output are left out here\n";
  leftOut_ = 0;
}

/** A console that takes nothing is waited for; one that fails gets nothing more. */
void ConsoleCopy::flush() {
  while (!pending_.empty()) {
    const ssize_t done = ::write(console_.get(), pending_.data(), pending_.size());
    if (done > 0) {
      pending_.erase(0, static_cast<size_t>(done));
      continue;
    }
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN && watch_.start(console_.get(), EPOLLOUT)) return;
    pending_.clear();
    watch_.stop();
    console_.close();
    return;
  }
  watch_.stop();
}

}  // namespace forkd
