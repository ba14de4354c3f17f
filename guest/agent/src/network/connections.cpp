#include "network/connections.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <vector>

#include "network/netlink.hpp"

namespace forkd {

namespace {
/** Those that have another end. */
constexpr uint32_t kConnected = 1U << TCP_ESTABLISHED | 1U << TCP_SYN_SENT | 1U << TCP_SYN_RECV | 1U << TCP_FIN_WAIT1 |
                                1U << TCP_FIN_WAIT2 | 1U << TCP_CLOSE_WAIT | 1U << TCP_LAST_ACK | 1U << TCP_CLOSING;

inet_diag_req_v2 describe(uint8_t family, const inet_diag_sockid& id) {
  inet_diag_req_v2 request{};
  request.sdiag_family = family;
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = kConnected;
  request.id = id;
  return request;
}

bool isLoopback(uint8_t family, const inet_diag_sockid& id) {
  if (family == AF_INET) return (ntohl(id.idiag_src[0]) >> 24) == IN_LOOPBACKNET;
  const auto* address = reinterpret_cast<const in6_addr*>(id.idiag_src);
  if (IN6_IS_ADDR_V4MAPPED(address)) return address->s6_addr[12] == IN_LOOPBACKNET;
  return IN6_IS_ADDR_LOOPBACK(address);
}

int resetFamily(Netlink& kernel, uint8_t family) {
  std::vector<inet_diag_sockid> found;
  const NetlinkMessage all(SOCK_DIAG_BY_FAMILY, 0, describe(family, {}));
  const int error = kernel.list(all, [&](const nlmsghdr& header) {
    const auto* socket = static_cast<const inet_diag_msg*>(NLMSG_DATA(&header));
    if (!isLoopback(family, socket->id)) found.push_back(socket->id);
  });
  for (const inet_diag_sockid& id : found) {
    // One that is gone by now has ended by itself.
    kernel.request(NetlinkMessage(SOCK_DESTROY, 0, describe(family, id)));
  }
  return error;
}
}  // namespace

int resetConnections() {
  Netlink kernel(NETLINK_SOCK_DIAG);
  const int error = resetFamily(kernel, AF_INET);
  return error != 0 ? error : resetFamily(kernel, AF_INET6);
}

}  // namespace forkd
