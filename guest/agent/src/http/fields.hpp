#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/json.hpp"

namespace forkd {

/** Octal digits, at most 07777. */
std::optional<mode_t> parseMode(std::string_view octal);
std::optional<int64_t> parseDecimal(std::string_view text);
std::optional<std::string> decodeBase64(std::string_view text);

/** Strings without NUL; nothing when the field is of another shape. An absent field is empty. */
std::optional<std::vector<std::string>> parseStrings(const Json& object, const char* name);
/** Names and values that can be environment variables. */
std::optional<std::map<std::string, std::string>> parseVariables(const Json& object, const char* name);

bool isAbsolutePath(std::string_view path);

/** One parameter of a query string, with its escapes undone. */
std::string queryParameter(std::string_view query, std::string_view name);
/** All of that name. */
std::vector<std::string> queryParameters(std::string_view query, std::string_view name);

}  // namespace forkd
