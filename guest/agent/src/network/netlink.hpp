#pragma once
#include <linux/netlink.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <type_traits>

#include "io/fd.hpp"

namespace forkd {

/** A message to the kernel, netlink(7): a body that its type asks for, and attributes. */
class NetlinkMessage {
 public:
  template <typename Body>
  NetlinkMessage(uint16_t type, uint16_t flags, const Body& body) {
    static_assert(std::is_trivially_copyable_v<Body> && NLMSG_SPACE(sizeof(Body)) <= kBytes);
    header().nlmsg_type = type;
    header().nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
    header().nlmsg_len = NLMSG_LENGTH(sizeof body);
    std::memcpy(NLMSG_DATA(&header()), &body, sizeof body);
  }
  /** One that was received, as a request of another type. */
  NetlinkMessage(uint16_t type, const nlmsghdr& received);

  /** What there is no room for is left out, which the kernel then misses. */
  void add(uint16_t attribute, const void* value, size_t size);
  std::span<const char> bytes() { return {bytes_.data(), header().nlmsg_len}; }
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(bytes_.data()); }

 private:
  static constexpr size_t kBytes = 512;

  alignas(nlmsghdr) std::array<char, kBytes> bytes_{};
};

/** A conversation with a part of the kernel. */
class Netlink {
 public:
  explicit Netlink(int protocol);

  /** Asks, and waits for the kernel's answer: 0 or an errno. */
  int request(NetlinkMessage message);
  /** Asks for a list, and has each of it visited. 0 or an errno. */
  int list(NetlinkMessage message, const std::function<void(const nlmsghdr&)>& visit);

 private:
  int send(NetlinkMessage& message);
  int receive(const std::function<void(const nlmsghdr&)>& visit);

  Fd socket_;
};

}  // namespace forkd
