#include "io/json.hpp"

namespace forkd {

static const Json* find(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}

std::optional<Json> parseObject(std::string_view text) {
  Json value = Json::parse(text, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

std::string writeJson(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

const std::string* findString(const Json& object, const char* name) {
  const Json* field = find(object, name);
  return field == nullptr ? nullptr : field->get_ptr<const std::string*>();
}

const Json* findObject(const Json& object, const char* name) {
  const Json* field = find(object, name);
  return field != nullptr && field->is_object() ? field : nullptr;
}

const Json* findArray(const Json& object, const char* name) {
  const Json* field = find(object, name);
  return field != nullptr && field->is_array() ? field : nullptr;
}

std::optional<int64_t> findInteger(const Json& object, const char* name) {
  const Json* field = find(object, name);
  if (field == nullptr || !field->is_number_integer()) return std::nullopt;
  return field->get<int64_t>();
}

bool findFlag(const Json& object, const char* name, bool otherwise) {
  const Json* field = find(object, name);
  return field != nullptr && field->is_boolean() ? field->get<bool>() : otherwise;
}

bool isAbsent(const Json& object, const char* name) {
  const Json* field = find(object, name);
  return field == nullptr || field->is_null();
}

}  // namespace forkd
