#include <cstring>

#include "http/fields.hpp"
#include "process/output-stream.hpp"
#include "process/signal-names.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
/** Waits for the end of a process, whether anybody reads its output or not. */
class ExitRequest final : public RequestHandler, public OutputReader {
 public:
  ExitRequest(std::shared_ptr<Process> process, Exchange& exchange)
      : process_(std::move(process)), exchange_(exchange) {
    process_->attach(*this);
  }

  void onBody(Exchange& exchange, std::string_view chunk) override { exchange.consume(chunk.size()); }
  void onBodyEnd(Exchange&) override { onMore(); }
  void onClosed(CloseReason) override { process_->detach(*this); }

  uint64_t position() const override { return UINT64_MAX; }
  void onMore() override {
    if (!process_->running()) exchange_.reply(exitJson(*process_->exit()));
  }

 private:
  std::shared_ptr<Process> process_;
  Exchange& exchange_;
};
}  // namespace

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
    item["user"] = process->user();
    item["cwd"] = process->directory();
    item["pty"] = process->onTerminal();
    item["lossless"] = process->lossless();
    item["output_bytes"] = process->ring().end();
    item["quiet_ms"] = process->quietMs();
    list.push_back(std::move(item));
  }
  Json reply = Json::object();
  reply["processes"] = std::move(list);
  exchange.reply(writeJson(reply));
}

void getOutput(Agent& agent, Exchange& exchange, const std::string& pid, const Json&) {
  auto process = findProcess(agent, exchange, pid);
  if (!process) return;
  const std::string text = queryParameter(exchange.query(), "from");
  const auto from = text.empty() ? 0 : parseDecimal(text);
  if (!from || *from < 0) return exchange.fail({ErrorCode::badRequest, "from must be a number of bytes"});
  const auto position = static_cast<uint64_t>(*from);
  if (position > process->ring().end()) {
    const std::string written = std::to_string(process->ring().end());
    return exchange.fail({ErrorCode::badRequest, "process " + pid + " has written " + written + " bytes so far"});
  }
  process->acknowledge(position);
  exchange.stream({}, std::make_unique<OutputStream>(std::move(process), exchange, position));
}

std::unique_ptr<RequestHandler> openExit(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                         const std::string& pid) {
  auto process = findProcess(agent, *exchange, pid);
  return process ? std::make_unique<ExitRequest>(std::move(process), *exchange) : nullptr;
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
