#ifndef FORKD_IO_JSON_HPP
#define FORKD_IO_JSON_HPP
// Every use of the JSON library goes through this header, which the Makefile precompiles.
#define JSON_NOEXCEPTION
#define JSON_DIAGNOSTICS 0
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace forkd {

using Json = nlohmann::json;

/** An object, or nothing when the text is anything else. */
std::optional<Json> parseObject(std::string_view text);

/** Text that is valid UTF-8 whatever the strings hold. */
std::string writeJson(const Json& value);

/** The field, or null when it is absent or of another type. The pointer lives as long as `object`. */
const std::string* findString(const Json& object, const char* name);
const Json* findObject(const Json& object, const char* name);
const Json* findArray(const Json& object, const char* name);
std::optional<int64_t> findInteger(const Json& object, const char* name);
bool findFlag(const Json& object, const char* name, bool otherwise);

/** Whether the field is missing or null. */
bool isAbsent(const Json& object, const char* name);

}  // namespace forkd

#endif
