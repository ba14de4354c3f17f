#include "io/json.hpp"

namespace forkd {

namespace {
const Json* find(const Json& object, std::string_view name) {
  for (size_t i = 0; i < object.names().size(); ++i) {
    if (object.names()[i] == name) return &object.items()[i];
  }
  return nullptr;
}

const Json* find(const Json& object, std::string_view name, Json::Kind kind) {
  const Json* field = find(object, name);
  return field != nullptr && field->kind() == kind ? field : nullptr;
}
}  // namespace

Json::Json(const std::vector<std::string>& texts) : kind_(Kind::array) {
  for (const std::string& text : texts) items_.emplace_back(text);
}

Json& Json::operator[](std::string_view name) {
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return items_[i];
  }
  names_.emplace_back(name);
  return items_.emplace_back();
}

const std::string* findString(const Json& object, std::string_view name) {
  const Json* field = find(object, name, Json::Kind::string);
  return field == nullptr ? nullptr : &field->text();
}

const Json* findObject(const Json& object, std::string_view name) { return find(object, name, Json::Kind::object); }

const Json* findArray(const Json& object, std::string_view name) { return find(object, name, Json::Kind::array); }

std::optional<int64_t> findInteger(const Json& object, std::string_view name) {
  const Json* field = find(object, name, Json::Kind::integer);
  if (field == nullptr) return std::nullopt;
  return field->number();
}

bool findFlag(const Json& object, std::string_view name, bool otherwise) {
  const Json* field = find(object, name, Json::Kind::boolean);
  return field == nullptr ? otherwise : field->number() != 0;
}

bool isAbsent(const Json& object, std::string_view name) {
  const Json* field = find(object, name);
  return field == nullptr || field->kind() == Json::Kind::null;
}

}  // namespace forkd
