#include "http/fields.hpp"

#include <charconv>

#include "io/text-file.hpp"

namespace forkd {

namespace {
bool hasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

template <typename Number>
std::optional<Number> parseNumber(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int base64Digit(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '+') return 62;
  return letter == '/' ? 63 : -1;
}

std::string decodePercent(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto code = text[i] == '%' && i + 2 < text.size() ? parseNumber<uint8_t>(text.substr(i + 1, 2), 16)
                                                            : std::nullopt;
    plain += code ? static_cast<char>(*code) : (text[i] == '+' ? ' ' : text[i]);
    if (code) i += 2;
  }
  return plain;
}
}  // namespace

std::optional<mode_t> parseMode(std::string_view octal) {
  const auto mode = parseNumber<mode_t>(octal, 8);
  return mode && *mode <= 07777 ? mode : std::nullopt;
}

std::optional<int64_t> parseDecimal(std::string_view text) { return parseNumber<int64_t>(text, 10); }

std::optional<std::string> decodeBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const int digit = base64Digit(letter);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count);
  }
  return bytes;
}

std::optional<std::vector<std::string>> parseStrings(const Json& object, const char* name) {
  std::vector<std::string> strings;
  if (isAbsent(object, name)) return strings;
  const Json* list = findArray(object, name);
  if (list == nullptr) return std::nullopt;
  for (const Json& item : list->items()) {
    if (item.kind() != Json::Kind::string || hasNul(item.text())) return std::nullopt;
    strings.push_back(item.text());
  }
  return strings;
}

std::optional<std::map<std::string, std::string>> parseVariables(const Json& object, const char* name) {
  std::map<std::string, std::string> variables;
  if (isAbsent(object, name)) return variables;
  const Json* map = findObject(object, name);
  if (map == nullptr) return std::nullopt;
  for (size_t i = 0; i < map->items().size(); ++i) {
    const std::string& key = map->names()[i];
    const Json& item = map->items()[i];
    const bool valid = item.kind() == Json::Kind::string && !hasNul(item.text()) && !hasNul(key);
    if (!valid || key.empty() || key.find('=') != std::string::npos) return std::nullopt;
    variables[key] = item.text();
  }
  return variables;
}

bool isAbsolutePath(std::string_view path) { return path.size() > 1 && path.front() == '/' && !hasNul(path); }

std::string queryParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    std::string_view value = takeField(query, '&');
    if (takeField(value, '=') == name) return decodePercent(value);
  }
  return {};
}

std::vector<std::string> queryParameters(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    std::string_view value = takeField(query, '&');
    if (takeField(value, '=') == name) values.push_back(decodePercent(value));
  }
  return values;
}

}  // namespace forkd
