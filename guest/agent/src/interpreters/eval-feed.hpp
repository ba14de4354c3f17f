#pragma once
#include <memory>
#include <string>

#include "http/exchange.hpp"

namespace forkd {

/** The types of the frames that a streamed call is answered with. */
enum class EvalFrame : uint8_t { out = 1, err = 2, end = 3, result = 4 };

/** What a call gives while it runs, on its way to a reader who may be slow or gone. */
class EvalFeed {
 public:
  class Source {
   public:
    virtual ~Source() = default;
    /** There is room again. */
    virtual void onRoom() = 0;
  };

  /** Answers the exchange with a feed, which is its until it closes. */
  static std::shared_ptr<EvalFeed> open(Exchange& exchange, Source& source);

  /** Whether the source is to wait. A reader who is gone is waited for by nobody. */
  bool full() const { return exchange_ != nullptr && !hurried_ && !hasRoom(); }
  /** From now on the source does not wait: what finds no room is dropped. */
  void hurry();
  bool dropped() const { return dropped_; }
  void write(EvalFrame type, std::string_view payload);
  /** The source has no more, and is not told of room from now on. */
  void end(std::string_view payload);

 private:
  friend class EvalStream;
  static constexpr size_t kRoomBytes = 256 * 1024;

  EvalFeed(Exchange& exchange, Source& source) : exchange_(&exchange), source_(&source) {}
  Pulled pull(char* out, size_t room);
  void forgetReader();
  bool hasRoom() const { return frames_.size() - sent_ < kRoomBytes; }

  Exchange* exchange_;
  Source* source_;
  std::string frames_;
  /** How many bytes of them have gone. */
  size_t sent_ = 0;
  bool hurried_ = false;
  bool dropped_ = false;
};

}  // namespace forkd
