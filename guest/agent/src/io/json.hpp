#pragma once
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forkd {

/**
 * A JSON value. It is our own because it lies on the path of every fork: an emulated child translates each piece of
 * code that it comes to, and what a general library does with a small document is several times as much.
 */
class Json {
 public:
  enum class Kind { null, boolean, integer, decimal, string, array, object };

  Json() = default;
  Json(const char* text) : kind_(Kind::string), text_(text) {}
  Json(std::string text) : kind_(Kind::string), text_(std::move(text)) {}
  template <std::integral Number>
  Json(Number number) : kind_(std::same_as<Number, bool> ? Kind::boolean : Kind::integer), number_(number) {}
  /** Rounded to thousandths. */
  Json(double number) : kind_(Kind::decimal), number_(static_cast<int64_t>(number * 1000 + 0.5)) {}
  Json(const std::vector<std::string>& texts);
  static Json object() { return Json(Kind::object); }
  static Json array() { return Json(Kind::array); }

  Kind kind() const { return kind_; }
  const std::string& text() const { return text_; }
  int64_t number() const { return number_; }
  /** The items of an array, or the values of an object. */
  const std::vector<Json>& items() const { return items_; }
  const std::vector<std::string>& names() const { return names_; }

  /** The field of an object, which is made when it is not there. */
  Json& operator[](std::string_view name);
  void push_back(Json item) { items_.push_back(std::move(item)); }

 private:
  friend class JsonParser;
  explicit Json(Kind kind) : kind_(kind) {}

  Kind kind_ = Kind::null;
  int64_t number_ = 0;
  std::string text_;
  std::vector<Json> items_;
  std::vector<std::string> names_;
};

/** An object, or nothing when the text is anything else, is nested too deeply, or has too many values. */
std::optional<Json> parseObject(std::string_view text);

/** Strings that are not valid UTF-8 stay so. */
std::string writeJson(const Json& value);

/** The field, or null when it is absent or of another type. The pointer lives as long as `object`. */
const std::string* findString(const Json& object, std::string_view name);
const Json* findObject(const Json& object, std::string_view name);
const Json* findArray(const Json& object, std::string_view name);
std::optional<int64_t> findInteger(const Json& object, std::string_view name);
bool findFlag(const Json& object, std::string_view name, bool otherwise);

/** Whether the field is missing or null. */
bool isAbsent(const Json& object, std::string_view name);

}  // namespace forkd
