#include "network/network-card.hpp"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <cerrno>

#include "network/connections.hpp"

namespace forkd {

static constexpr const char* kName = "eth0";

/** Down first: what is sent to tell the other end would leave by a network that this connection was not made in. */
int NetworkCard::leave() {
  if (!joined_) return 0;
  if (const int error = setDown(); error != 0) return error;
  if (const int error = resetConnections(); error != 0) return error;
  if (const int error = removeAddresses(); error != 0) return error;
  joined_ = false;
  return 0;
}

int NetworkCard::join(const NetworkPlan& plan) {
  if (index_ == 0) index_ = ::if_nametoindex(kName);
  if (index_ == 0) return errno;
  if (const int error = leave(); error != 0) return error;
  joined_ = true;
  if (const int error = setLink(plan); error != 0) return error;
  for (const NetworkAddress& address : plan.addresses) {
    if (const int error = addAddress(address); error != 0) return error;
  }
  for (const IpAddress& gateway : plan.gateways) {
    if (const int error = addGateway(gateway); error != 0) return error;
  }
  return plan.resolvers.empty() ? 0 : writeResolvers(plan.resolvers);
}

int NetworkCard::setLink(const NetworkPlan& plan) {
  ifinfomsg body{};
  body.ifi_index = static_cast<int>(index_);
  body.ifi_flags = IFF_UP;
  body.ifi_change = IFF_UP;
  NetlinkMessage message(RTM_NEWLINK, 0, body);
  message.add(IFLA_ADDRESS, plan.mac.data(), plan.mac.size());
  message.add(IFLA_MTU, &plan.mtu, sizeof plan.mtu);
  return kernel_.request(message);
}

int NetworkCard::setDown() {
  ifinfomsg body{};
  body.ifi_index = static_cast<int>(index_);
  body.ifi_change = IFF_UP;
  return kernel_.request(NetlinkMessage(RTM_NEWLINK, 0, body));
}

int NetworkCard::removeAddresses() {
  std::vector<NetlinkMessage> removals;
  const int error = kernel_.list(NetlinkMessage(RTM_GETADDR, 0, ifaddrmsg{}), [&](const nlmsghdr& header) {
    const auto* address = static_cast<const ifaddrmsg*>(NLMSG_DATA(&header));
    if (address->ifa_index == index_) removals.emplace_back(RTM_DELADDR, header);
  });
  for (const NetlinkMessage& removal : removals) {
    // Others go with the first of their network.
    const int failure = kernel_.request(removal);
    if (failure != 0 && failure != EADDRNOTAVAIL) return failure;
  }
  return error;
}

/** An address of IPv6 could be used only after a second in which nobody else says that it has it. */
int NetworkCard::addAddress(const NetworkAddress& address) {
  ifaddrmsg body{};
  body.ifa_family = static_cast<uint8_t>(address.address.family);
  body.ifa_prefixlen = address.prefixLength;
  body.ifa_flags = IFA_F_NODAD;
  body.ifa_index = index_;
  NetlinkMessage message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, body);
  message.add(IFA_LOCAL, address.address.bytes.data(), address.address.size);
  message.add(IFA_ADDRESS, address.address.bytes.data(), address.address.size);
  return kernel_.request(message);
}

int NetworkCard::addGateway(const IpAddress& gateway) {
  rtmsg body{};
  body.rtm_family = static_cast<uint8_t>(gateway.family);
  body.rtm_table = RT_TABLE_MAIN;
  body.rtm_protocol = RTPROT_STATIC;
  body.rtm_scope = RT_SCOPE_UNIVERSE;
  body.rtm_type = RTN_UNICAST;
  NetlinkMessage message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, body);
  message.add(RTA_GATEWAY, gateway.bytes.data(), gateway.size);
  message.add(RTA_OIF, &index_, sizeof index_);
  return kernel_.request(message);
}

int NetworkCard::writeResolvers(const std::vector<std::string>& resolvers) {
  std::string text;
  for (const std::string& resolver : resolvers) text += "nameserver " + resolver + "\n";
  return resolvers_.write(text);
}

}  // namespace forkd
