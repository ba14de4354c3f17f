// Interpreters besides the one of each language.
#include <sys/stat.h>

#include <cstring>

#include "http/fields.hpp"
#include "routes/routes.hpp"

namespace forkd {

static bool isDirectory(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

void getContexts(Agent& agent, Exchange& exchange, const std::string&, const Json&) {
  Json reply = Json::object();
  Json list = Json::array();
  for (const auto& interpreter : agent.contexts.all()) list.push_back(interpreter->describe());
  reply["contexts"] = std::move(list);
  exchange.reply(writeJson(reply));
}

namespace {
/** What the host gave up is not kept: nobody else was told of it. */
class ContextRequest final : public JsonRequest {
 public:
  ContextRequest(Agent& agent, Exchange& exchange) : agent_(agent), exchange_(exchange) {}

  void onClosed(CloseReason reason) override {
    Interpreter* made = reason == CloseReason::reset && !id_.empty() ? agent_.contexts.find(id_) : nullptr;
    if (made != nullptr) agent_.contexts.remove(*made, exchange_.shared_from_this());
  }

 protected:
  void handle(Exchange& exchange, const Json& body) override;

 private:
  Agent& agent_;
  Exchange& exchange_;
  /** Of the one that it makes. */
  std::string id_;
};

void ContextRequest::handle(Exchange& exchange, const Json& body) {
  const std::string* id = findString(body, "id");
  const std::string* language = findString(body, "language");
  const std::string* cwd = findString(body, "cwd");
  auto env = parseVariables(body, "env");
  if (id == nullptr || language == nullptr || !env) {
    return exchange.fail({ErrorCode::badRequest, "id and language must be strings, and env an object of strings"});
  }
  if (cwd != nullptr && !isDirectory(*cwd)) return exchange.fail({ErrorCode::badRequest, "there is no directory " + *cwd});
  InterpreterSetting setting{cwd == nullptr ? "" : *cwd, std::move(*env)};
  if (agent_.contexts.find(*id) == nullptr) id_ = *id;
  agent_.contexts.create({*id, *language, std::move(setting)}, exchange.shared_from_this());
}
}  // namespace

std::unique_ptr<RequestHandler> openContext(Agent& agent, const std::shared_ptr<Exchange>& exchange, const std::string&) {
  return std::make_unique<ContextRequest>(agent, *exchange);
}

void postContextInterrupt(Agent& agent, Exchange& exchange, const std::string& context, const Json&) {
  Interpreter* interpreter = findInterpreter(agent, exchange, context);
  if (interpreter == nullptr) return;
  Json reply = Json::object();
  reply["interrupted"] = interpreter->interruptCall();
  exchange.reply(writeJson(reply));
}

void deleteContext(Agent& agent, Exchange& exchange, const std::string& context, const Json&) {
  Interpreter* interpreter = findInterpreter(agent, exchange, context);
  if (interpreter != nullptr) agent.contexts.remove(*interpreter, exchange.shared_from_this());
}

}  // namespace forkd
