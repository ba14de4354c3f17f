#include "serve.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "http/link.hpp"
#include "process/descriptor-limit.hpp"
#include "routes/router.hpp"

namespace forkd {

namespace {
/** Takes the next client when the one before has gone. */
class ClientListener final : public FdListener {
 public:
  ClientListener(EventLoop& loop, Link& link, Fd socket) : socket_(std::move(socket)), watch_(loop, *this), link_(link) {
    watch_.start(socket_.get(), EPOLLIN);
  }

  void update() {
    if (link_.ended()) watch_.start(socket_.get(), EPOLLIN);
  }

  void onReady(int fd, uint32_t) override {
    Fd client(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client && link_.attach(std::move(client), Ending::final)) watch_.stop();
  }

 private:
  Fd socket_;
  FdWatch watch_;
  Link& link_;
};

Fd listenAt(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return {};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(path.c_str());
  if (!socket || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  if (::listen(socket.get(), 16) != 0) return {};
  return socket;
}
}  // namespace

void servePort(Fd port, AgentOptions options) {
  raiseDescriptorLimit();
  EventLoop loop;
  Agent agent(loop, std::move(options));
  Router router(agent);
  const auto link = std::make_unique<Link>(loop, router);
  link->attach(std::move(port), Ending::passing);
  while (!agent.powerOff) {
    loop.turn();
    link->flush();
  }
}

int serveSocket(const std::string& path, AgentOptions options) {
  Fd socket = listenAt(path);
  if (!socket) return errno;
  raiseDescriptorLimit();
  EventLoop loop;
  Agent agent(loop, std::move(options));
  Router router(agent);
  const auto link = std::make_unique<Link>(loop, router);
  ClientListener clients(loop, *link, std::move(socket));
  while (!agent.powerOff) {
    loop.turn();
    link->flush();
    clients.update();
  }
  return 0;
}

}  // namespace forkd
