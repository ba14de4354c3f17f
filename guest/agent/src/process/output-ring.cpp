#include "process/output-ring.hpp"

#include <algorithm>
#include <cstring>

namespace forkd {

size_t OutputRing::roomBefore(uint64_t position) const {
  const bool piecesFull = pieces_.size() >= kMaxPieces;
  if (piecesFull && pieces_[1].position > position) return 0;
  const uint64_t kept = end_ - std::clamp(position, begin_, end_);
  return kMaxBytes - static_cast<size_t>(kept);
}

void OutputRing::append(Channel channel, std::string_view data) {
  if (data.empty()) return;
  if (pieces_.empty() || pieces_.back().channel != channel) pieces_.push_back({end_, channel});
  const uint64_t newEnd = end_ + data.size();
  if (newEnd - begin_ > kMaxBytes) dropBefore(newEnd - kMaxBytes);
  if (pieces_.size() > kMaxPieces) dropBefore(pieces_[1].position);
  grow(static_cast<size_t>(newEnd - begin_));
  const size_t at = end_ % capacity_;
  const size_t first = std::min(data.size(), capacity_ - at);
  std::memcpy(bytes_.get() + at, data.data(), first);
  std::memcpy(bytes_.get(), data.data() + first, data.size() - first);
  end_ = newEnd;
}

/** Capacities are powers of two, and memory is touched only as far as it is used. */
void OutputRing::grow(size_t needed) {
  if (needed <= capacity_) return;
  size_t capacity = std::max(capacity_, kFirstBytes);
  while (capacity < needed) capacity *= 2;
  std::unique_ptr<char[]> bytes(new char[capacity]);
  for (uint64_t position = begin_; position < end_;) {
    const size_t to = position % capacity;
    const size_t chunk = static_cast<size_t>(std::min<uint64_t>(end_ - position, capacity - to));
    copy(position, bytes.get() + to, chunk);
    position += chunk;
  }
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void OutputRing::dropBefore(uint64_t position) {
  begin_ = std::min(position, end_);
  while (pieces_.size() > 1 && pieces_[1].position <= position) pieces_.pop_front();
  if (!pieces_.empty()) pieces_.front().position = std::max(pieces_.front().position, begin_);
}

OutputRing::Piece OutputRing::pieceAt(uint64_t position) const {
  const auto next = std::upper_bound(pieces_.begin(), pieces_.end(), position,
                                     [](uint64_t at, const Start& piece) { return at < piece.position; });
  const uint64_t pieceEnd = next == pieces_.end() ? end_ : next->position;
  return {std::prev(next)->channel, static_cast<size_t>(pieceEnd - position)};
}

void OutputRing::copy(uint64_t position, char* out, size_t bytes) const {
  const size_t at = position % capacity_;
  const size_t first = std::min(bytes, capacity_ - at);
  std::memcpy(out, bytes_.get() + at, first);
  std::memcpy(out + first, bytes_.get(), bytes - first);
}

}  // namespace forkd
