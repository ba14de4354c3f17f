#include "interpreters/eval-result.hpp"

namespace forkd {

static constexpr const char* kFormats[] = {"text", "html",  "markdown",   "svg",  "png",  "jpeg",
                                           "pdf",  "latex", "javascript", "json", "data", "chart"};
static constexpr size_t kMaxExtra = 64;
static constexpr size_t kMaxTypeBytes = 128;

/** A character that was cut in two at the limit is left out whole. */
static std::string dropPartialCharacter(std::string text, bool cut) {
  if (!cut) return text;
  size_t tail = 0;
  while (tail < 3 && tail < text.size() && (text[text.size() - 1 - tail] & 0xC0) == 0x80) ++tail;
  if (tail < text.size() && (text[text.size() - 1 - tail] & 0xC0) == 0xC0) text.resize(text.size() - 1 - tail);
  return text;
}

static std::string describe(Json reply, CallOutcome outcome) {
  reply["stdout"] = dropPartialCharacter(std::move(outcome.out), outcome.truncated);
  reply["stderr"] = dropPartialCharacter(std::move(outcome.err), outcome.truncated);
  reply["timed_out"] = outcome.timedOut;
  reply["truncated"] = outcome.truncated;
  reply["duration_ms"] = outcome.durationMs;
  reply["execution_count"] = outcome.number;
  if (outcome.exitStatus) reply["exit_status"] = *outcome.exitStatus;
  std::string text = writeJson(reply);
  if (outcome.results.empty()) return text;
  // They are JSON already.
  text.back() = ',';
  text += "\"results\":[";
  for (const std::string& result : outcome.results) text += result + ",";
  text.back() = ']';
  return text + "}";
}

std::string describeResult(const Json& answer, CallOutcome outcome) {
  Json reply = Json::object();
  for (const char* name : {"result", "result_json", "error", "error_name", "traceback"}) {
    const std::string* text = findString(answer, name);
    reply[name] = text == nullptr ? Json() : Json(*text);
  }
  outcome.exitStatus = findInteger(answer, "exit_status");
  outcome.truncated = outcome.truncated || findFlag(answer, "truncated", false);
  return describe(std::move(reply), std::move(outcome));
}

std::optional<std::string> describeDisplay(const Json& frame) {
  const Json* formats = findObject(frame, "formats");
  const Json* extra = findObject(frame, "extra");
  if (formats == nullptr || extra == nullptr) return std::nullopt;
  Json named = Json::object();
  for (const char* name : kFormats) {
    if (const std::string* text = findString(*formats, name)) named[name] = *text;
  }
  Json others = Json::object();
  bool cut = findFlag(frame, "truncated", false);
  for (size_t i = 0; i < extra->names().size(); ++i) {
    const Json& content = extra->items()[i];
    const bool fits = extra->names()[i].size() <= kMaxTypeBytes && others.names().size() < kMaxExtra;
    if (fits && content.kind() == Json::Kind::string) others[extra->names()[i]] = content.text();
    cut = cut || !fits;
  }
  Json reply = Json::object();
  reply["main"] = findFlag(frame, "main", false);
  reply["formats"] = std::move(named);
  reply["extra"] = std::move(others);
  reply["truncated"] = cut;
  return writeJson(reply);
}

std::string describeDeath(const char* name, const std::string& message, CallOutcome outcome) {
  Json reply = Json::object();
  for (const char* absent : {"result", "result_json", "traceback"}) reply[absent] = Json();
  reply["error"] = std::string(name) + ": " + message;
  reply["error_name"] = name;
  return describe(std::move(reply), std::move(outcome));
}

}  // namespace forkd
