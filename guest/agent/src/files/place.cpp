#include "files/place.hpp"

#include "http/fields.hpp"
#include "process/accounts.hpp"

namespace forkd {

static Failure notAbsolute(std::string_view field) {
  return {ErrorCode::badRequest, std::string(field) + " must be an absolute path"};
}

bool isPlace(std::string_view path) { return path == "/" || isAbsolutePath(path); }

std::string withoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::variant<NewPlace, Failure> parseNewPlace(const std::string& path, const std::string& octal, const std::string& user,
                                              mode_t otherwise) {
  if (!isAbsolutePath(path)) return notAbsolute("path");
  const auto mode = octal.empty() ? otherwise : parseMode(octal);
  if (!mode) return Failure{ErrorCode::badRequest, "mode must be octal digits"};
  const auto account = user.empty() ? ownAccount() : findAccount(user);
  if (!account) return Failure{ErrorCode::badRequest, "there is no user " + user};
  return NewPlace{path, *mode, {account->uid, account->gid}};
}

const std::string* findPlace(Exchange& exchange, const Json& body, std::string_view field) {
  const std::string* path = findString(body, field);
  if (path != nullptr && isPlace(*path)) return path;
  exchange.fail(notAbsolute(field));
  return nullptr;
}

std::optional<std::string> findPlace(Exchange& exchange) {
  std::string path = queryParameter(exchange.query(), "path");
  if (isPlace(path)) return path;
  exchange.fail(notAbsolute("path"));
  return std::nullopt;
}

}  // namespace forkd
