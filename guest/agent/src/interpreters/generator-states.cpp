#include "interpreters/generator-states.hpp"

#include <sys/random.h>

#include <climits>

namespace forkd {

namespace {
constexpr int64_t kMaxRangeBytes = 4096;

/** Appends pairs of an address and a length; false when they are anything else. */
bool appendRanges(const Json& frame, const char* name, std::vector<iovec>& ranges) {
  const Json* list = findArray(frame, name);
  if (list == nullptr) return false;
  for (const Json& item : list->items()) {
    if (item.kind() != Json::Kind::array || item.items().size() != 2 || ranges.size() >= IOV_MAX) return false;
    const Json& address = item.items()[0];
    const Json& bytes = item.items()[1];
    if (address.kind() != Json::Kind::integer || bytes.kind() != Json::Kind::integer) return false;
    if (bytes.number() < 0 || bytes.number() > kMaxRangeBytes) return false;
    ranges.push_back({reinterpret_cast<void*>(address.number()), static_cast<size_t>(bytes.number())});
  }
  return true;
}

size_t totalBytes(const std::vector<iovec>& ranges) {
  size_t bytes = 0;
  for (const iovec& range : ranges) bytes += range.iov_len;
  return bytes;
}
}  // namespace

bool GeneratorStates::take(const Json& frame) {
  clear();
  bool whole = appendRanges(frame, "random", ranges_);
  randomBytes_ = totalBytes(ranges_);
  whole = whole && appendRanges(frame, "zero", ranges_);
  if (!whole) clear();
  content_.resize(totalBytes(ranges_));
  return whole;
}

void GeneratorStates::clear() {
  ranges_.clear();
  content_.clear();
  randomBytes_ = 0;
}

bool GeneratorStates::refill(pid_t pid) {
  if (ranges_.empty()) return true;
  // getrandom(2) gives up to 256 bytes whole, and more unless a signal comes.
  for (size_t have = 0; have < randomBytes_;) {
    const ssize_t got = ::getrandom(content_.data() + have, randomBytes_ - have, 0);
    if (got <= 0) return false;
    have += static_cast<size_t>(got);
  }
  const iovec local{content_.data(), content_.size()};
  const ssize_t written = ::process_vm_writev(pid, &local, 1, ranges_.data(), ranges_.size(), 0);
  return written == static_cast<ssize_t>(content_.size());
}

}  // namespace forkd
