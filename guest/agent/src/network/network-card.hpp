#pragma once
#include "io/kept-file.hpp"
#include "network/netlink.hpp"
#include "network/network-plan.hpp"

namespace forkd {

/** The machine's network card, eth0. Each step returns 0 or an errno. */
class NetworkCard {
 public:
  /** Takes the machine out of the network that it was in, if it is in one: its connections are reset. */
  int leave();
  /** Takes it out of that, and into another. */
  int join(const NetworkPlan& plan);

 private:
  int setLink(const NetworkPlan& plan);
  int setDown();
  int removeAddresses();
  int addAddress(const NetworkAddress& address);
  int addGateway(const IpAddress& gateway);
  int writeResolvers(const std::vector<std::string>& resolvers);

  Netlink kernel_{NETLINK_ROUTE};
  KeptFile resolvers_{"/etc/resolv.conf"};
  unsigned index_ = 0;
  bool joined_ = false;
};

}  // namespace forkd
