#include "process/output-stream.hpp"

#include <algorithm>
#include <cstring>

#include "io/json.hpp"

namespace forkd {

namespace {
constexpr uint8_t kStartFrame = 0;
constexpr uint8_t kExitFrame = 3;
constexpr uint8_t kMoreFrame = 4;
constexpr size_t kMaxPayloadBytes = 64 * 1024;
// Half of what is kept, so that the process can write on while a piece is on its way.
constexpr uint64_t kPieceBytes = OutputRing::kMaxBytes / 2;
}  // namespace

std::string exitJson(const ProcessExit& exit) {
  Json json = Json::object();
  json["exit_code"] = exit.exitCode ? Json(*exit.exitCode) : Json();
  json["signal"] = exit.signal.empty() ? Json() : Json(exit.signal);
  json["timed_out"] = exit.timedOut;
  json["duration_ms"] = exit.durationMs;
  return writeJson(json);
}

OutputStream::OutputStream(std::shared_ptr<Process> process, Exchange& exchange, uint64_t from)
    : process_(std::move(process)), exchange_(exchange), position_(std::max(from, process_->ring().begin())),
      pieceEnd_(process_->lossless() ? position_ + kPieceBytes : UINT64_MAX) {
  Json json = Json::object();
  json["pid"] = process_->pid();
  json["dropped"] = position_ - from;
  json["offset"] = position_;
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
  if (lastWritten_ && ready_.empty()) return {done, BodyState::ended};
  return {done, done == 0 ? BodyState::waiting : BodyState::more};
}

void OutputStream::nextFrame() {
  if (lastWritten_) return;
  if (pieceIsWhole()) {
    Json json = Json::object();
    json["offset"] = position_;
    lastFrame(kMoreFrame, writeJson(json));
  } else if (position_ < process_->ring().end()) {
    const OutputRing::Piece piece = process_->ring().pieceAt(position_);
    payloadLeft_ = static_cast<size_t>(std::min<uint64_t>({piece.bytes, kMaxPayloadBytes, pieceEnd_ - position_}));
    startFrame(static_cast<uint8_t>(piece.channel), payloadLeft_);
  } else if (process_->ended()) {
    lastFrame(kExitFrame, exitJson(*process_->exit()));
  }
}

/** Many changes between the channels can fill the ring with less than a piece. */
bool OutputStream::pieceIsWhole() const {
  if (position_ >= pieceEnd_) return true;
  return position_ == process_->ring().end() && !process_->ended() && process_->waitsForAcknowledgement();
}

void OutputStream::startFrame(uint8_t type, size_t bytes) {
  const char header[5] = {static_cast<char>(type), static_cast<char>(bytes >> 24), static_cast<char>(bytes >> 16),
                          static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
  ready_.append(header, sizeof header);
}

void OutputStream::lastFrame(uint8_t type, const std::string& json) {
  startFrame(type, json.size());
  ready_ += json;
  lastWritten_ = true;
}

}  // namespace forkd
