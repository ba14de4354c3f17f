#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "http/failure.hpp"
#include "io/json.hpp"
#include "network/network-plan.hpp"
#include "process/environment.hpp"

namespace forkd {

struct ForkFile {
  std::string path;
  std::string content;
  mode_t mode = 0644;
};

/** Who this machine is from now on. */
struct ForkRequest {
  std::string sandboxId;
  int64_t childIndex = 0;
  std::string hostname;
  std::string machineId;
  std::string entropy;
  int64_t realtimeNs = 0;
  Variables env;
  std::vector<std::string> args;
  std::vector<ForkFile> files;
  /** None: it is in no network. */
  std::optional<NetworkPlan> network;
  /** Goes the way of a fork, and leaves the machine who it is. */
  bool rehearsal = false;
};

/** What the host gives to the kernel's pool. */
std::variant<std::string, Failure> parseEntropy(const Json& body);
/** Null or absent: none. */
std::variant<std::optional<NetworkPlan>, Failure> parseNetwork(const Json& body);
std::variant<ForkRequest, Failure> parseForkRequest(const Json& body);

}  // namespace forkd
