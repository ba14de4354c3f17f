#pragma once
#include <memory>
#include <string>

#include "http/exchange.hpp"
#include "process/process.hpp"

namespace forkd {

/** A process's output as the frames that `exec` and `output` reply with. */
class OutputStream final : public BodySource, public OutputReader {
 public:
  OutputStream(std::shared_ptr<Process> process, Exchange& exchange);
  ~OutputStream() override { process_->detach(*this); }

  Pulled pull(char* out, size_t room) override;
  uint64_t position() const override { return position_; }
  void onMore() override { exchange_.resume(); }

 private:
  void nextFrame();
  void startFrame(uint8_t type, size_t bytes);

  std::shared_ptr<Process> process_;
  Exchange& exchange_;
  uint64_t position_;
  /** Bytes that go out before anything else: frame headers and JSON payloads. */
  std::string ready_;
  size_t payloadLeft_ = 0;
  bool exitWritten_ = false;
};

}  // namespace forkd
