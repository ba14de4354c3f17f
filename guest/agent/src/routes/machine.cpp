// What concerns the machine as a whole.
#include <cstring>

#include "http/fields.hpp"
#include "io/clock.hpp"
#include "routes/routes.hpp"

namespace forkd {

constexpr int64_t kMaxSlewNs = 1'000'000'000;

static void addClocks(Json& json) {
  json["realtime_ns"] = std::to_string(realtimeNs());
  json["monotonic_ns"] = std::to_string(monotonicNs());
}

void getHealth(Agent& agent, Exchange& exchange, const std::string&, const Json&) {
  const SandboxIdentity& sandbox = agent.sandbox;
  const bool forked = sandbox.generation > 0;
  Json health = Json::object();
  health["protocol"] = kProtocolVersion;
  health["agent_version"] = kAgentVersion;
  health["pid"] = ::getpid();
  health["uptime_ms"] = readClockNs(CLOCK_BOOTTIME) / 1'000'000;
  addClocks(health);
  health["sandbox_id"] = forked ? Json(sandbox.sandboxId) : Json();
  health["child_index"] = forked ? Json(sandbox.childIndex) : Json();
  Json interpreters = Json::object();
  for (const char* name : {"python", "node"}) interpreters[name] = agent.contexts.find(name)->describe();
  health["kernels"] = std::move(interpreters);
  exchange.reply(writeJson(health));
}

void postFork(Agent& agent, Exchange& exchange, const std::string&, const Json& body) {
  auto parsed = parseForkRequest(body);
  if (const auto* failure = std::get_if<Failure>(&parsed)) return exchange.fail(*failure);
  // A fork that the parent had not finished is of no concern to its child.
  agent.fork.reset();
  agent.fork = std::make_unique<ForkJob>(agent, exchange.shared_from_this(), std::move(std::get<ForkRequest>(parsed)));
  agent.fork->run();
}

static int reseed(Agent& agent, const std::string& entropy) {
  if (agent.options.hosted) return agent.machine.mixEntropy(entropy);
  agent.machine.discardHostEntropy();
  return agent.machine.creditEntropy(entropy);
}

static void slewClock(Agent& agent, Exchange& exchange, const std::string& text) {
  const auto ns = parseDecimal(text);
  if (!ns || *ns < -kMaxSlewNs || *ns > kMaxSlewNs)
    return exchange.fail({ErrorCode::badRequest, "slew_ns must be a decimal string, of at most a second"});
  const int error = agent.options.hosted ? 0 : agent.machine.slewRealtime(*ns);
  if (error != 0) return exchange.fail({ErrorCode::internal, std::string("clock: ") + ::strerror(error)});
  Json reply = Json::object();
  addClocks(reply);
  exchange.reply(writeJson(reply));
}

void postClock(Agent& agent, Exchange& exchange, const std::string&, const Json& body) {
  if (const std::string* slew = findString(body, "slew_ns")) return slewClock(agent, exchange, *slew);
  const std::string* text = findString(body, "realtime_ns");
  const auto ns = text == nullptr ? std::nullopt : parseDecimal(*text);
  if (!ns) return exchange.fail({ErrorCode::badRequest, "realtime_ns must be a decimal string"});
  const bool reseeds = !isAbsent(body, "entropy");
  const auto entropy = reseeds ? parseEntropy(body) : std::string();
  if (const auto* failure = std::get_if<Failure>(&entropy)) return exchange.fail(*failure);
  const int error = agent.options.hosted ? 0 : agent.machine.setRealtime(*ns);
  if (error != 0) return exchange.fail({ErrorCode::internal, std::string("clock: ") + ::strerror(error)});
  const int refused = reseeds ? reseed(agent, std::get<std::string>(entropy)) : 0;
  if (refused != 0) return exchange.fail({ErrorCode::internal, std::string("entropy: ") + ::strerror(refused)});
  Json reply = Json::object();
  addClocks(reply);
  exchange.reply(writeJson(reply));
}

void postNetwork(Agent& agent, Exchange& exchange, const std::string&, const Json& body) {
  auto parsed = parseNetwork(body);
  if (const auto* failure = std::get_if<Failure>(&parsed)) return exchange.fail(*failure);
  const auto& plan = std::get<std::optional<NetworkPlan>>(parsed);
  const int error = agent.options.hosted ? 0 : plan ? agent.card.join(*plan) : agent.card.leave();
  if (error != 0) return exchange.fail({ErrorCode::internal, std::string("network: ") + ::strerror(error)});
  exchange.reply("{}");
}

void postPowerOff(Agent& agent, Exchange& exchange, const std::string&, const Json&) {
  agent.powerOff = true;
  exchange.reply("{}");
}

}  // namespace forkd
