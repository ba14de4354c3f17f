#include <algorithm>
#include <optional>
#include <string_view>

#include "http/fields.hpp"
#include "ports/listeners.hpp"
#include "ports/socket-owners.hpp"
#include "ports/tunnel.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
std::optional<uint16_t> parsePort(std::string_view text) {
  const auto number = parseDecimal(text);
  if (!number || *number < 1 || *number > UINT16_MAX) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

/** The port of `127.0.0.1:PORT` or `localhost:PORT`. */
std::optional<uint16_t> parseAuthority(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  const std::string_view host = authority.substr(0, colon);
  if (colon == std::string_view::npos || (host != "127.0.0.1" && host != "localhost")) return std::nullopt;
  return parsePort(authority.substr(colon + 1));
}

/** Nothing tells that a socket begins to listen, so it looks again at intervals, as long as somebody waits. */
class WaitForPort final : public JsonRequest, public TimerListener {
 public:
  WaitForPort(EventLoop& loop, Exchange& exchange, uint16_t port) : exchange_(exchange), port_(port), timer_(loop, *this) {}

  void onTimer(Timer&) override { look(); }
  void onClosed(CloseReason) override { timer_.stop(); }

 protected:
  void handle(Exchange&, const Json&) override { look(); }

 private:
  static constexpr int64_t kLongestMs = 100;

  void look() {
    if (isListening(port_)) return exchange_.reply("{}");
    timer_.start(waitMs_);
    waitMs_ = std::min(2 * waitMs_, kLongestMs);
  }

  Exchange& exchange_;
  const uint16_t port_;
  Timer timer_;
  int64_t waitMs_ = 5;
};
}  // namespace

void getPorts(Agent&, Exchange& exchange, const std::string&, const Json&) {
  const std::vector<Listener> listeners = listListeners();
  std::vector<uint64_t> inodes;
  for (const Listener& listener : listeners) inodes.push_back(listener.inode);
  const auto owners = findSocketOwners(inodes);
  Json list = Json::array();
  for (const Listener& listener : listeners) {
    const auto owner = owners.find(listener.inode);
    Json item = Json::object();
    item["port"] = listener.port;
    item["address"] = listener.address;
    item["pid"] = owner == owners.end() ? Json() : Json(owner->second.pid);
    item["command"] = owner == owners.end() ? Json() : Json(owner->second.command);
    list.push_back(std::move(item));
  }
  Json reply = Json::object();
  reply["ports"] = std::move(list);
  exchange.reply(writeJson(reply));
}

std::unique_ptr<RequestHandler> openPortWait(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                             const std::string& text) {
  const auto port = parsePort(text);
  if (port) return std::make_unique<WaitForPort>(agent.loop, *exchange, *port);
  exchange->fail({ErrorCode::badRequest, "a port is a number from 1 to 65535"});
  return nullptr;
}

std::unique_ptr<RequestHandler> openTunnel(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                           const std::string&) {
  const auto port = parseAuthority(exchange->authority());
  if (!port) {
    exchange->fail({ErrorCode::badRequest, "CONNECT goes to 127.0.0.1:PORT or localhost:PORT"});
    return nullptr;
  }
  auto tunnel = std::make_unique<Tunnel>(agent.loop, agent.tunnelMemory, *exchange, *port);
  tunnel->begin();
  return tunnel;
}

}  // namespace forkd
