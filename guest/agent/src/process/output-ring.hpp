#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

namespace forkd {

enum class Channel : uint8_t { out = 1, err = 2 };

/** The last output of a process, in order, with positions that count from its first byte. */
class OutputRing {
 public:
  static constexpr size_t kMaxBytes = 256 * 1024;

  uint64_t begin() const { return begin_; }
  uint64_t end() const { return end_; }

  /** How much can be appended without dropping anything at or after `position`. */
  size_t roomBefore(uint64_t position) const;
  /** At most kMaxBytes at a time. Drops the oldest when there is no room. */
  void append(Channel channel, std::string_view data);

  struct Piece {
    Channel channel;
    size_t bytes;
  };
  /** What comes at a position between begin and end, all from one channel. */
  Piece pieceAt(uint64_t position) const;
  void copy(uint64_t position, char* out, size_t bytes) const;

 private:
  // Alternating single bytes must not cost many times their size.
  static constexpr size_t kMaxPieces = 4096;
  static constexpr size_t kFirstBytes = 4096;

  struct Start {
    uint64_t position;
    Channel channel;
  };
  void grow(size_t needed);
  void dropBefore(uint64_t position);

  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
  std::deque<Start> pieces_;
};

}  // namespace forkd
