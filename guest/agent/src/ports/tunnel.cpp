#include "ports/tunnel.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "ports/remainder.hpp"

namespace forkd {

namespace {
class TunnelOutput final : public BodySource {
 public:
  explicit TunnelOutput(Tunnel& tunnel) : tunnel_(tunnel) {}
  Pulled pull(char* out, size_t room) override { return tunnel_.pull(out, room); }

 private:
  Tunnel& tunnel_;
};

/** Node fills no frame further: what is as long is often not the last, and the rest comes in the same turn. */
constexpr size_t kFullFrameBytes = 16 * 1024;
constexpr size_t kWideFromBytes = 64 * 1024;

/** Also what waits for more by then. */
void sendAtOnce(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

struct Loopback {
  sockaddr_storage address{};
  socklen_t bytes = 0;
};

Loopback loopbackOf(int family, uint16_t port) {
  Loopback loopback;
  if (family == AF_INET) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    loopback.bytes = sizeof address;
    std::memcpy(&loopback.address, &address, sizeof address);
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    loopback.bytes = sizeof address;
    std::memcpy(&loopback.address, &address, sizeof address);
  }
  return loopback;
}

/** TCP connects a port of the ephemeral range with itself when both ends happen to be the same. */
bool isItself(int socket) {
  sockaddr_storage own{};
  sockaddr_storage peer{};
  socklen_t ownBytes = sizeof own;
  socklen_t peerBytes = sizeof peer;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &ownBytes) == 0 &&
         ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peerBytes) == 0 && ownBytes == peerBytes &&
         std::memcmp(&own, &peer, ownBytes) == 0;
}

bool isRefusal(int error) {
  return error == ECONNREFUSED || error == EADDRNOTAVAIL || error == EAFNOSUPPORT || error == ENETUNREACH;
}
}  // namespace

void Tunnel::begin() {
  patience_.start(kConnectMs);
  dial(AF_INET);
}

void Tunnel::dial(int family) {
  family_ = family;
  watch_.stop();
  socket_ = Fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return onDialled(errno);
  const Loopback to = loopbackOf(family, port_);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to.address), to.bytes) == 0) return onDialled(0);
  if (errno != EINPROGRESS) return onDialled(errno);
  // Edges alone: what is not taken is told once, and taken when there is room for it.
  if (!watch_.start(socket_.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)) onDialled(errno);
}

void Tunnel::onDialled(int error) {
  if (error == 0 && isItself(socket_.get())) error = ECONNREFUSED;
  if (error == 0) return open();
  if (isRefusal(error) && family_ == AF_INET) return dial(AF_INET6);
  watch_.stop();
  patience_.stop();
  const std::string port = "port " + std::to_string(port_);
  exchange_.fail(isRefusal(error) ? Failure{ErrorCode::portRefused, "nothing listens on " + port}
                                  : failureOf(error, port));
}

void Tunnel::open() {
  patience_.stop();
  if (!watch_.start(socket_.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)) return exchange_.reset();
  sendAtOnce(socket_.get());
  opened_ = true;
  exchange_.streamBothWays(std::make_unique<TunnelOutput>(*this));
  serve();
}

void Tunnel::onTimer(Timer& timer) {
  if (&timer == &push_) return sendAtOnce(socket_.get());
  watch_.stop();
  exchange_.fail({ErrorCode::portTimeout, "port " + std::to_string(port_) + " takes no connection"});
}

void Tunnel::onReady(int fd, uint32_t events) {
  if (!opened_) {
    int error = 0;
    socklen_t bytes = sizeof error;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) error = errno;
    return onDialled(error);
  }
  if ((events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) exchange_.resume();
  if ((events & EPOLLOUT) != 0) serve();
}

Pulled Tunnel::pull(char* out, size_t room) {
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), out, room, 0);
    if (got > 0) return {static_cast<size_t>(got), BodyState::more};
    if (got < 0 && errno == EINTR) continue;
    programEnded_ = got == 0;
    if (programEnded_) return {0, BodyState::ended};
    return {0, errno == EAGAIN ? BodyState::waiting : BodyState::broken};
  }
}

void Tunnel::onBody(Exchange& exchange, std::string_view chunk) {
  if (exchange.replied() && !opened_) return exchange.consume(chunk.size());
  if (opened_ && pending_.empty()) chunk.remove_prefix(give(chunk));
  pending_.append(chunk);
}

void Tunnel::onBodyEnd(Exchange&) {
  hostEnded_ = true;
  serve();
}

/** Gives the program what it takes of the bytes, and tells how many those are. */
size_t Tunnel::give(std::string_view bytes) {
  size_t given = 0;
  while (given < bytes.size()) {
    const size_t rest = bytes.size() - given;
    const int more = rest >= kFullFrameBytes ? MSG_MORE : 0;
    if (more != 0 && !push_.active()) push_.start(0);
    const ssize_t done = ::send(socket_.get(), bytes.data() + given, rest, MSG_NOSIGNAL | more);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno != EAGAIN) exchange_.reset();
    if (done < 0) break;
    given += static_cast<size_t>(done);
  }
  exchange_.consume(given);
  given_ += given;
  if (given_ >= kWideFromBytes && given == bytes.size()) widen();
  return given;
}

/** One that carries much, to a program that takes it, is to be fast. */
void Tunnel::widen() {
  if (taken_ != 0 || !memory_.take(Exchange::kWideWindowBytes)) return;
  taken_ = Exchange::kWideWindowBytes;
  exchange_.widen();
}

/** Gives the program what it has not taken before, and then the end. */
void Tunnel::serve() {
  if (!opened_) return;
  const size_t given = give(pending_);
  pending_.erase(0, given);
  if (pending_.empty() && hostEnded_) ::shutdown(socket_.get(), SHUT_WR);
}

void Tunnel::onClosed(CloseReason) {
  watch_.stop();
  patience_.stop();
  push_.stop();
  if (!opened_) return;
  memory_.giveBack(std::exchange(taken_, 0));
  if (hostEnded_ && programEnded_) {
    if (pending_.empty()) return;
    if (memory_.take(pending_.size())) return Remainder::leave(loop_, memory_, std::move(socket_), std::move(pending_));
  }
  // The program is to see a connection that broke, as the host does.
  const linger now{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  socket_.close();
}

}  // namespace forkd
