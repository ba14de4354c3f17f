#include "identity/fork-request.hpp"

#include <algorithm>

#include "http/fields.hpp"

namespace forkd {

namespace {
constexpr size_t kMinEntropyBytes = 64;
constexpr size_t kMaxEntropyBytes = 512;
constexpr size_t kMaxHostnameBytes = 64;
constexpr size_t kMaxFiles = 1024;

Failure refuse(const char* field, const char* wanted) {
  return {ErrorCode::badRequest, std::string(field) + " must be " + wanted};
}

bool isHostname(std::string_view name) {
  return name.size() <= kMaxHostnameBytes && std::ranges::all_of(name, [](unsigned char letter) {
    return std::isalnum(letter) || letter == '-' || letter == '.';
  });
}

bool isMachineId(std::string_view id) {
  return id.empty() || (id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

std::string textOf(const Json& body, const char* name) {
  const std::string* text = findString(body, name);
  return text == nullptr ? std::string() : *text;
}

std::optional<ForkFile> parseFile(const Json& item) {
  ForkFile file;
  file.path = textOf(item, "path");
  auto content = decodeBase64(textOf(item, "content_base64"));
  const auto mode = isAbsent(item, "mode") ? mode_t{0644} : parseMode(textOf(item, "mode"));
  if (!isAbsolutePath(file.path) || !content || !mode) return std::nullopt;
  file.content = std::move(*content);
  file.mode = *mode;
  return file;
}

std::optional<Failure> parseLists(const Json& body, ForkRequest& request) {
  auto env = parseVariables(body, "env");
  if (!env) return refuse("env", "an object of strings");
  request.env = std::move(*env);
  auto args = parseStrings(body, "args");
  if (!args) return refuse("args", "an array of strings");
  request.args = std::move(*args);
  if (isAbsent(body, "files")) return std::nullopt;
  const Json* files = findArray(body, "files");
  if (files == nullptr || files->items().size() > kMaxFiles) return refuse("files", "an array of at most 1024 files");
  for (const Json& item : files->items()) {
    auto file = parseFile(item);
    if (!file) return refuse("files", "objects with an absolute path, content_base64 and an octal mode");
    request.files.push_back(std::move(*file));
  }
  return std::nullopt;
}
}  // namespace

std::variant<std::string, Failure> parseEntropy(const Json& body) {
  auto entropy = decodeBase64(textOf(body, "entropy"));
  if (!entropy || entropy->size() < kMinEntropyBytes || entropy->size() > kMaxEntropyBytes) {
    return refuse("entropy", "64 to 512 bytes in base64");
  }
  return std::move(*entropy);
}

std::variant<std::optional<NetworkPlan>, Failure> parseNetwork(const Json& body) {
  if (isAbsent(body, "network")) return std::nullopt;
  const Json* object = findObject(body, "network");
  if (object == nullptr) return refuse("network", "an object");
  auto plan = parseNetworkPlan(*object);
  if (const auto* failure = std::get_if<Failure>(&plan)) return *failure;
  return std::move(std::get<NetworkPlan>(plan));
}

std::variant<ForkRequest, Failure> parseForkRequest(const Json& body) {
  ForkRequest request;
  request.rehearsal = findFlag(body, "rehearsal", false);
  request.sandboxId = textOf(body, "sandbox_id");
  if (request.sandboxId.empty() && !request.rehearsal) return refuse("sandbox_id", "a string");
  const auto index = findInteger(body, "child_index");
  if ((!index || *index < 0) && !request.rehearsal) return refuse("child_index", "a number from 0");
  request.childIndex = index.value_or(0);
  auto entropy = parseEntropy(body);
  if (const auto* failure = std::get_if<Failure>(&entropy)) return *failure;
  request.entropy = std::move(std::get<std::string>(entropy));
  const auto realtime = parseDecimal(textOf(body, "realtime_ns"));
  if (!realtime) return refuse("realtime_ns", "a decimal string");
  request.realtimeNs = *realtime;
  request.hostname = textOf(body, "hostname");
  if (!isHostname(request.hostname)) return refuse("hostname", "at most 64 letters, digits, dots and hyphens");
  request.machineId = textOf(body, "machine_id");
  if (!isMachineId(request.machineId)) return refuse("machine_id", "32 lower-case hex digits");
  if (auto failure = parseLists(body, request)) return *failure;
  auto network = parseNetwork(body);
  if (const auto* failure = std::get_if<Failure>(&network)) return *failure;
  request.network = std::move(std::get<std::optional<NetworkPlan>>(network));
  return request;
}

}  // namespace forkd
