#include "process/output-stream.hpp"

#include <algorithm>
#include <cstring>

#include "io/json.hpp"

namespace forkd {

namespace {
constexpr uint8_t kStartFrame = 0;
constexpr uint8_t kExitFrame = 3;
constexpr size_t kMaxPayloadBytes = 64 * 1024;

std::string exitJson(const ProcessExit& exit) {
  Json json = Json::object();
  json["exit_code"] = exit.exitCode ? Json(*exit.exitCode) : Json();
  json["signal"] = exit.signal.empty() ? Json() : Json(exit.signal);
  json["timed_out"] = exit.timedOut;
  json["duration_ms"] = exit.durationMs;
  return writeJson(json);
}
}  // namespace

OutputStream::OutputStream(std::shared_ptr<Process> process, Exchange& exchange)
    : process_(std::move(process)), exchange_(exchange), position_(process_->ring().begin()) {
  Json json = Json::object();
  json["pid"] = process_->pid();
  json["dropped"] = position_;
  const std::string start = writeJson(json);
  startFrame(kStartFrame, start.size());
  ready_ += start;
  process_->attach(*this);
}

Pulled OutputStream::pull(char* out, size_t room) {
  size_t done = 0;
  while (done < room) {
    if (ready_.empty() && payloadLeft_ == 0) nextFrame();
    if (ready_.empty() && payloadLeft_ == 0) break;
    const size_t bytes = std::min(room - done, ready_.empty() ? payloadLeft_ : ready_.size());
    if (ready_.empty()) {
      process_->ring().copy(position_, out + done, bytes);
      position_ += bytes;
      payloadLeft_ -= bytes;
    } else {
      std::memcpy(out + done, ready_.data(), bytes);
      ready_.erase(0, bytes);
    }
    done += bytes;
  }
  process_->onReaderMoved();
  if (exitWritten_ && ready_.empty()) return {done, BodyState::ended};
  return {done, done == 0 ? BodyState::waiting : BodyState::more};
}

void OutputStream::nextFrame() {
  if (position_ < process_->ring().end()) {
    const OutputRing::Piece piece = process_->ring().pieceAt(position_);
    payloadLeft_ = std::min(piece.bytes, kMaxPayloadBytes);
    startFrame(static_cast<uint8_t>(piece.channel), payloadLeft_);
  } else if (process_->ended() && !exitWritten_) {
    const std::string exit = exitJson(*process_->exit());
    startFrame(kExitFrame, exit.size());
    ready_ += exit;
    exitWritten_ = true;
  }
}

void OutputStream::startFrame(uint8_t type, size_t bytes) {
  const char header[5] = {static_cast<char>(type), static_cast<char>(bytes >> 24), static_cast<char>(bytes >> 16),
                          static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
  ready_.append(header, sizeof header);
}

}  // namespace forkd
