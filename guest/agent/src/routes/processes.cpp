#include <cstring>

#include "http/fields.hpp"
#include "process/output-stream.hpp"
#include "process/signal-names.hpp"
#include "routes/routes.hpp"

namespace forkd {

std::shared_ptr<Process> findProcess(Agent& agent, Exchange& exchange, const std::string& pid) {
  const auto number = parseDecimal(pid);
  auto process = number ? agent.processes.find(static_cast<pid_t>(*number)) : nullptr;
  if (!process) exchange.fail({ErrorCode::noSuchProcess, "there is no process " + pid});
  return process;
}

void getProcesses(Agent& agent, Exchange& exchange, const std::string&, const Json&) {
  Json list = Json::array();
  for (const auto& [pid, process] : agent.processes.listed()) {
    const auto& exit = process->exit();
    Json item = Json::object();
    item["pid"] = pid;
    item["args"] = process->args();
    item["started_ns"] = std::to_string(process->startedNs());
    item["running"] = process->running();
    item["exit_code"] = exit && exit->exitCode ? Json(*exit->exitCode) : Json();
    item["signal"] = exit && !exit->signal.empty() ? Json(exit->signal) : Json();
    list.push_back(std::move(item));
  }
  Json reply = Json::object();
  reply["processes"] = std::move(list);
  exchange.reply(writeJson(reply));
}

void getOutput(Agent& agent, Exchange& exchange, const std::string& pid, const Json&) {
  auto process = findProcess(agent, exchange, pid);
  if (process) exchange.stream({}, std::make_unique<OutputStream>(std::move(process), exchange));
}

void postSignal(Agent& agent, Exchange& exchange, const std::string& pid, const Json& body) {
  const auto process = findProcess(agent, exchange, pid);
  if (!process) return;
  const std::string* name = findString(body, "signal");
  const int number = parseSignal(name == nullptr ? "SIGTERM" : *name);
  if (number == 0) return exchange.fail({ErrorCode::badRequest, "there is no signal " + *name});
  const int error = process->signal(number, findFlag(body, "group", true));
  if (error != 0) return exchange.fail({ErrorCode::noSuchProcess, "process " + pid + ": " + ::strerror(error)});
  exchange.reply("{}");
}

}  // namespace forkd
