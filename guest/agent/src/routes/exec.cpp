#include "http/fields.hpp"
#include "process/output-stream.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
constexpr int64_t kMaxTerminalCells = 10'000;

std::optional<TerminalSize> parseSize(const Json& object) {
  const auto cols = findInteger(object, "cols");
  const auto rows = findInteger(object, "rows");
  if (!cols || !rows || *cols < 1 || *rows < 1 || *cols > kMaxTerminalCells || *rows > kMaxTerminalCells) {
    return std::nullopt;
  }
  return TerminalSize{static_cast<uint16_t>(*cols), static_cast<uint16_t>(*rows)};
}

std::string textOf(const Json& body, const char* name) {
  const std::string* text = findString(body, name);
  return text == nullptr ? std::string() : *text;
}

/** What is wrong with the request, or null. */
const char* parseCommand(const Json& body, Command& command) {
  auto args = parseStrings(body, "args");
  if (!args || args->empty() || args->front().empty()) return "args must be strings, and name a command";
  auto env = parseVariables(body, "env");
  if (!env) return "env must be an object of strings";
  command.args = std::move(*args);
  command.env = std::move(*env);
  command.cwd = textOf(body, "cwd");
  command.user = textOf(body, "user");
  command.streamInput = textOf(body, "stdin") == "stream";
  command.timeoutMs = findInteger(body, "timeout_ms").value_or(0);
  command.listed = findFlag(body, "listed", true);
  command.lossless = findFlag(body, "lossless", false);
  if (isAbsent(body, "pty")) return nullptr;
  const Json* terminal = findObject(body, "pty");
  if (terminal != nullptr) command.terminal = parseSize(*terminal);
  return command.terminal ? nullptr : "pty must have cols and rows from 1 to 10000";
}

class ExecRequest final : public JsonRequest {
 public:
  explicit ExecRequest(Agent& agent) : agent_(agent) {}

  void onClosed(CloseReason reason) override {
    if (process_ && !detach_ && reason == CloseReason::reset) process_->terminate();
    if (!listed_) agent_.processes.forgetUnlisted();
  }

 protected:
  void handle(Exchange& exchange, const Json& body) override {
    Command command;
    if (const char* fault = parseCommand(body, command)) return exchange.fail({ErrorCode::badRequest, fault});
    if (findFlag(body, "console", false)) command.consolePath = agent_.options.consolePath;
    listed_ = command.listed;
    detach_ = findFlag(body, "detach", false);
    auto started = agent_.processes.start(command, agent_.sandbox);
    if (const auto* failure = std::get_if<Failure>(&started)) return exchange.fail(*failure);
    process_ = std::get<std::shared_ptr<Process>>(started);
    exchange.stream({}, std::make_unique<OutputStream>(process_, exchange));
  }

 private:
  Agent& agent_;
  std::shared_ptr<Process> process_;
  bool detach_ = false;
  bool listed_ = true;
};
}  // namespace

std::unique_ptr<RequestHandler> openExec(Agent& agent, const std::shared_ptr<Exchange>&, const std::string&) {
  return std::make_unique<ExecRequest>(agent);
}

void postResize(Agent& agent, Exchange& exchange, const std::string& pid, const Json& body) {
  const auto process = findProcess(agent, exchange, pid);
  if (!process) return;
  if (!process->running()) return exchange.fail({ErrorCode::noSuchProcess, "process " + pid + " has ended"});
  const auto size = parseSize(body);
  if (!size) return exchange.fail({ErrorCode::badRequest, "cols and rows must be from 1 to 10000"});
  if (process->resize(*size) != 0) return exchange.fail({ErrorCode::badRequest, "process " + pid + " has no terminal"});
  exchange.reply("{}");
}

}  // namespace forkd
