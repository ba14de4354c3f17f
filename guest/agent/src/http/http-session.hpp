#pragma once
#include <nghttp2/nghttp2.h>

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/exchange.hpp"

namespace forkd {

class RequestOpener {
 public:
  virtual ~RequestOpener() = default;
  /** The handler of a request whose headers are complete; none when it was answered at once. */
  virtual std::unique_ptr<RequestHandler> open(const std::shared_ptr<Exchange>& exchange) = 0;
};

/** The server side of one HTTP/2 connection, without its transport. */
class HttpSession {
 public:
  explicit HttpSession(RequestOpener& opener);
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;
  ~HttpSession();

  /** False when the peer broke the protocol: the session is of no use any more. */
  bool feed(std::string_view input);
  /** The next bytes to send, valid until the next call; empty when there are none. */
  std::string_view output();

 private:
  friend class Exchange;
  void submitReply(Exchange& exchange, int status, const std::vector<HeaderField>& headers);
  void resume(int32_t streamId);
  void consume(int32_t streamId, size_t bytes);
  void widen(int32_t streamId);
  void reset(int32_t streamId);
  Exchange* find(int32_t streamId);

  static nghttp2_session_callbacks* callbacks();
  static int onBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int onHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t nameBytes,
                      const uint8_t* value, size_t valueBytes, uint8_t, void* self);
  static int onFrame(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int onData(nghttp2_session*, uint8_t, int32_t streamId, const uint8_t* data, size_t bytes, void* self);
  static int onFrameSent(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int onStreamClose(nghttp2_session*, int32_t streamId, uint32_t, void* self);
  static ssize_t onFrameLength(nghttp2_session*, uint8_t, int32_t, int32_t sessionWindow, int32_t streamWindow,
                               uint32_t maxFrameBytes, void*);
  static ssize_t onPull(nghttp2_session*, int32_t, uint8_t* out, size_t room, uint32_t* flags,
                        nghttp2_data_source* source, void* self);

  std::string_view next();

  RequestOpener& opener_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::shared_ptr<Exchange>> exchanges_;
  /** What every connection begins with. */
  std::string greeting_;
  bool greeted_ = false;
};

}  // namespace forkd
