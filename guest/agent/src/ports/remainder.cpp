#include "ports/remainder.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace forkd {

void Remainder::leave(EventLoop& loop, TunnelMemory& memory, Fd socket, std::string bytes) {
  auto* const remainder = new Remainder(loop, memory, std::move(socket), std::move(bytes));
  const int fd = remainder->socket_.get();
  if (!remainder->watch_.start(fd, EPOLLOUT)) delete remainder;
}

void Remainder::onReady(int fd, uint32_t) {
  const ssize_t done = ::send(fd, bytes_.data() + written_, bytes_.size() - written_, MSG_NOSIGNAL);
  if (done < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (done > 0) written_ += static_cast<size_t>(done);
  if (done < 0 || written_ == bytes_.size()) delete this;
}

}  // namespace forkd
