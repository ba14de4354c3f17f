#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "http/failure.hpp"
#include "io/json.hpp"

namespace forkd {

constexpr size_t kMacBytes = 6;

/** An address as it goes over the wire. */
struct IpAddress {
  int family = 0;
  std::array<uint8_t, 16> bytes{};
  size_t size = 0;
};

struct NetworkAddress {
  IpAddress address;
  uint8_t prefixLength = 0;
};

/** What this machine is to be on its network. */
struct NetworkPlan {
  std::array<uint8_t, kMacBytes> mac{};
  uint32_t mtu = 0;
  std::vector<NetworkAddress> addresses;
  std::vector<IpAddress> gateways;
  std::vector<std::string> resolvers;
};

std::variant<NetworkPlan, Failure> parseNetworkPlan(const Json& object);

}  // namespace forkd
