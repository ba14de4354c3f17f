#pragma once
#include <memory>
#include <string>

#include "http/exchange.hpp"
#include "process/process.hpp"

namespace forkd {

/** The payload of the frame that says how a process ended. */
std::string exitJson(const ProcessExit& exit);

/**
 * A process's output as the frames that `exec` and `output` reply with. That of a lossless one comes in pieces: asking for
 * the next says that the last has arrived.
 */
class OutputStream final : public BodySource, public OutputReader {
 public:
  /** Begins at `from`, or at what the ring has that is next. */
  OutputStream(std::shared_ptr<Process> process, Exchange& exchange, uint64_t from = 0);
  ~OutputStream() override { process_->detach(*this); }

  Pulled pull(char* out, size_t room) override;
  uint64_t position() const override { return position_; }
  void onMore() override { exchange_.resume(); }

 private:
  void nextFrame();
  bool pieceIsWhole() const;
  void startFrame(uint8_t type, size_t bytes);
  void lastFrame(uint8_t type, const std::string& json);

  std::shared_ptr<Process> process_;
  Exchange& exchange_;
  uint64_t position_;
  uint64_t pieceEnd_;
  /** Bytes that go out before anything else: frame headers and JSON payloads. */
  std::string ready_;
  size_t payloadLeft_ = 0;
  bool lastWritten_ = false;
};

}  // namespace forkd
