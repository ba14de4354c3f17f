#include "network/network-plan.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "http/fields.hpp"
#include "io/text-file.hpp"

namespace forkd {

namespace {
constexpr int64_t kMinMtu = 1280;
constexpr int64_t kMaxMtu = 65'535;
constexpr size_t kMaxItems = 16;
constexpr size_t kV4Bytes = 4;
constexpr size_t kV6Bytes = 16;

Failure refuse(const char* field, const char* wanted) {
  return {ErrorCode::badRequest, std::string("network: ") + field + " must be " + wanted};
}

std::optional<std::array<uint8_t, kMacBytes>> parseMac(std::string_view text) {
  std::array<uint8_t, kMacBytes> mac{};
  for (uint8_t& byte : mac) {
    const std::string_view part = takeField(text, ':');
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), byte, 16);
    if (part.size() != 2 || error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return mac;
}

std::optional<IpAddress> parseAddress(const std::string& text) {
  IpAddress address;
  if (::inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.family = AF_INET;
    address.size = kV4Bytes;
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.family = AF_INET6;
  address.size = kV6Bytes;
  return address;
}

std::optional<NetworkAddress> parseNetworkAddress(std::string_view text) {
  const auto address = parseAddress(std::string(takeField(text, '/')));
  const auto length = parseDecimal(text);
  if (!address || !length || *length < 1 || *length > static_cast<int64_t>(address->size * 8)) return std::nullopt;
  return NetworkAddress{*address, static_cast<uint8_t>(*length)};
}

/** Strings of a field, each parsed; nothing when one cannot be. */
template <typename Item, typename Parse>
bool parseAll(const Json& object, const char* name, std::vector<Item>& items, Parse parse) {
  const auto texts = parseStrings(object, name);
  if (!texts || texts->size() > kMaxItems) return false;
  for (const std::string& text : *texts) {
    auto item = parse(text);
    if (!item) return false;
    items.push_back(std::move(*item));
  }
  return true;
}
}  // namespace

std::variant<NetworkPlan, Failure> parseNetworkPlan(const Json& object) {
  NetworkPlan plan;
  const std::string* macText = findString(object, "mac");
  const auto mac = macText == nullptr ? std::nullopt : parseMac(*macText);
  if (!mac) return refuse("mac", "six bytes in hex with colons");
  plan.mac = *mac;
  const auto mtu = findInteger(object, "mtu");
  if (!mtu || *mtu < kMinMtu || *mtu > kMaxMtu) return refuse("mtu", "a number from 1280 to 65535");
  plan.mtu = static_cast<uint32_t>(*mtu);
  if (!parseAll(object, "addresses", plan.addresses, parseNetworkAddress)) {
    return refuse("addresses", "at most 16 addresses with the lengths of their prefixes");
  }
  if (!parseAll(object, "gateways", plan.gateways, parseAddress)) return refuse("gateways", "at most 16 addresses");
  const auto asText = [](const std::string& text) { return parseAddress(text) ? std::optional(text) : std::nullopt; };
  if (!parseAll(object, "resolvers", plan.resolvers, asText)) return refuse("resolvers", "at most 16 addresses");
  return plan;
}

}  // namespace forkd
