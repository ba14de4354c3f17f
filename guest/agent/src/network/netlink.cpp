#include "network/netlink.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace forkd {

/** The kernel makes lists of messages of at most so much: man7.org/linux/man-pages/man7/netlink.7.html */
static constexpr size_t kReceiveBytes = 32 * 1024;

NetlinkMessage::NetlinkMessage(uint16_t type, const nlmsghdr& received) {
  const size_t size = std::min<size_t>(received.nlmsg_len, kBytes);
  std::memcpy(bytes_.data(), &received, size);
  header().nlmsg_len = static_cast<uint32_t>(size);
  header().nlmsg_type = type;
  header().nlmsg_flags = NLM_F_REQUEST;
}

void NetlinkMessage::add(uint16_t attribute, const void* value, size_t size) {
  const size_t at = NLMSG_ALIGN(header().nlmsg_len);
  if (at + NLA_HDRLEN + size > kBytes) return;
  const nlattr head{static_cast<uint16_t>(NLA_HDRLEN + size), attribute};
  std::memcpy(bytes_.data() + at, &head, sizeof head);
  std::memcpy(bytes_.data() + at + NLA_HDRLEN, value, size);
  header().nlmsg_len = static_cast<uint32_t>(at + NLA_HDRLEN + size);
}

Netlink::Netlink(int protocol) : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)) {}

int Netlink::request(NetlinkMessage message) {
  message.header().nlmsg_flags |= NLM_F_ACK;
  if (const int error = send(message); error != 0) return error;
  return receive([](const nlmsghdr&) {});
}

int Netlink::list(NetlinkMessage message, const std::function<void(const nlmsghdr&)>& visit) {
  message.header().nlmsg_flags |= NLM_F_DUMP;
  if (const int error = send(message); error != 0) return error;
  return receive(visit);
}

int Netlink::send(NetlinkMessage& message) {
  if (!socket_) return errno;
  const auto bytes = message.bytes();
  return ::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0 ? errno : 0;
}

int Netlink::receive(const std::function<void(const nlmsghdr&)>& visit) {
  std::vector<char> buffer(kReceiveBytes);
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return errno;
    int left = static_cast<int>(got);
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type == NLMSG_DONE) return 0;
      if (header->nlmsg_type == NLMSG_ERROR) return -static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error;
      visit(*header);
    }
  }
}

}  // namespace forkd
