#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/failure.hpp"

namespace forkd {

/** What a body source could give: `waiting` ends when the exchange is resumed. */
enum class BodyState { more, waiting, ended, broken };

struct Pulled {
  size_t bytes = 0;
  BodyState state = BodyState::more;
};

class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual Pulled pull(char* out, size_t room) = 0;
};

/** `reset`: the host gave this request up. `disconnected`: the connection went away; the host may still care. */
enum class CloseReason { completed, reset, disconnected };

class Exchange;

/** Takes a request's body. It owes the exchange one reply, sooner or later. */
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  virtual void onBody(Exchange& exchange, std::string_view chunk) = 0;
  virtual void onBodyEnd(Exchange& exchange) = 0;
  virtual void onClosed(CloseReason) {}
};

class HttpSession;
using HeaderField = std::pair<std::string, std::string>;

/** One request and its reply. It may outlive its stream; replying is then without effect. */
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  static constexpr int32_t kWideWindowBytes = 256 * 1024;

  Exchange(HttpSession& session, int32_t streamId) : session_(&session), streamId_(streamId) {}

  const std::string& method() const { return method_; }
  /** Of a CONNECT: where it goes, instead of a path. */
  const std::string& authority() const { return authority_; }
  const std::string& path() const { return path_; }
  const std::string& query() const { return query_; }
  bool open() const { return session_ != nullptr; }
  bool replied() const { return replied_; }

  void reply(std::string json);
  void fail(const Failure& failure);
  void stream(std::vector<HeaderField> headers, std::unique_ptr<BodySource> body);
  /** Answers a CONNECT: from here the request's body goes on for as long as the host likes, also when `body` has ended. */
  void streamBothWays(std::unique_ptr<BodySource> body);
  /** Breaks the exchange off, both ways. */
  void reset();
  /** A waiting body source has more to give. */
  void resume();
  /** Lets the host send as many bytes more of its body. */
  void consume(size_t bytes);
  /** Lets it send as much before any of it is consumed. */
  void widen();

 private:
  friend class HttpSession;
  void submit(int status, std::vector<HeaderField> headers, std::unique_ptr<BodySource> body);
  void close(CloseReason reason);

  HttpSession* session_;
  int32_t streamId_;
  std::string method_;
  std::string authority_;
  std::string path_;
  std::string query_;
  std::unique_ptr<RequestHandler> handler_;
  std::unique_ptr<BodySource> body_;
  bool replied_ = false;
  bool bothWays_ = false;
  bool broken_ = false;
  bool waiting_ = false;
  bool requestEnded_ = false;
  bool replySent_ = false;
};

}  // namespace forkd
