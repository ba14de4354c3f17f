#include <charconv>

#include "io/json.hpp"

namespace forkd {

namespace {
constexpr int kMaxDepth = 32;
/** Each takes over a hundred bytes of memory, and two bytes of text. */
constexpr size_t kMaxValues = 100'000;

bool isControl(char letter) { return static_cast<unsigned char>(letter) < 0x20; }
bool endsPlainText(char letter) { return letter == '"' || letter == '\\' || isControl(letter); }

void appendUtf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : (code < 0x10000 ? 2 : 3);
  static constexpr uint8_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[more] | code >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
}
}  // namespace

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : rest_(text) {}

  bool parse(Json& value) { return parseValue(value, 0) && (skipBlanks(), rest_.empty()); }

 private:
  void skipBlanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r')) {
      rest_.remove_prefix(1);
    }
  }

  bool take(char wanted) {
    skipBlanks();
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool takeWord(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool parseValue(Json& value, int depth) {
    skipBlanks();
    if (rest_.empty() || depth > kMaxDepth || ++values_ > kMaxValues) return false;
    switch (rest_[0]) {
      case '"':
        value.kind_ = Json::Kind::string;
        return parseString(value.text_);
      case '{':
        value.kind_ = Json::Kind::object;
        return parseItems(value, '}', depth);
      case '[':
        value.kind_ = Json::Kind::array;
        return parseItems(value, ']', depth);
      case 'n':
        return takeWord("null");
      case 't':
        value = true;
        return takeWord("true");
      case 'f':
        value = false;
        return takeWord("false");
      default:
        return parseNumber(value);
    }
  }

  bool parseItems(Json& value, char end, int depth) {
    rest_.remove_prefix(1);
    if (take(end)) return true;
    do {
      if (value.kind_ == Json::Kind::object) {
        skipBlanks();
        if (!parseString(value.names_.emplace_back()) || !take(':')) return false;
      }
      if (!parseValue(value.items_.emplace_back(), depth + 1)) return false;
    } while (take(','));
    return take(end);
  }

  bool parseNumber(Json& value) {
    const char* begin = rest_.data();
    if (!skipNumber()) return false;
    const char* end = rest_.data();
    int64_t integer = 0;
    if (const auto read = std::from_chars(begin, end, integer); read.ec == std::errc() && read.ptr == end) {
      value = integer;
      return true;
    }
    double decimal = 0;
    std::from_chars(begin, end, decimal);
    value.kind_ = Json::Kind::decimal;
    return true;
  }

  /** RFC 8259, section 6. */
  bool skipNumber() {
    if (rest_.starts_with('-')) rest_.remove_prefix(1);
    if (rest_.starts_with('0')) {
      rest_.remove_prefix(1);
    } else if (!skipDigits()) {
      return false;
    }
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      if (!skipDigits()) return false;
    }
    if (!rest_.starts_with('e') && !rest_.starts_with('E')) return true;
    rest_.remove_prefix(1);
    if (rest_.starts_with('+') || rest_.starts_with('-')) rest_.remove_prefix(1);
    return skipDigits();
  }

  bool skipDigits() {
    const size_t length = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(length);
    return length > 0;
  }

  bool parseString(std::string& out) {
    if (rest_.empty() || rest_[0] != '"') return false;
    rest_.remove_prefix(1);
    for (;;) {
      size_t plain = 0;
      while (plain < rest_.size() && !endsPlainText(rest_[plain])) ++plain;
      if (plain == rest_.size() || isControl(rest_[plain])) return false;
      out.append(rest_, 0, plain);
      const bool ended = rest_[plain] == '"';
      rest_.remove_prefix(plain + 1);
      if (ended) return true;
      if (!parseEscape(out)) return false;
    }
  }

  bool parseEscape(std::string& out) {
    if (rest_.empty()) return false;
    const char letter = rest_[0];
    rest_.remove_prefix(1);
    if (letter == 'u') return parseUnicode(out);
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const size_t at = kLetters.find(letter);
    if (at == std::string_view::npos) return false;
    out += kMeanings[at];
    return true;
  }

  bool parseHex(uint32_t& code) {
    if (rest_.size() < 4) return false;
    const char* end = rest_.data() + 4;
    if (std::from_chars(rest_.data(), end, code, 16).ptr != end) return false;
    rest_.remove_prefix(4);
    return true;
  }

  /** Half of a surrogate pair without the other becomes the replacement character. */
  bool parseUnicode(std::string& out) {
    uint32_t code = 0;
    if (!parseHex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && rest_.starts_with("\\u")) {
      uint32_t low = 0;
      rest_.remove_prefix(2);
      if (!parseHex(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) {
        appendUtf8(0xFFFD, out);
        code = low;
      } else {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      }
    }
    appendUtf8(code >= 0xD800 && code < 0xE000 ? 0xFFFD : code, out);
    return true;
  }

  std::string_view rest_;
  size_t values_ = 0;
};

std::optional<Json> parseObject(std::string_view text) {
  std::optional<Json> value(std::in_place);
  if (!JsonParser(text).parse(*value) || value->kind() != Json::Kind::object) value.reset();
  return value;
}

}  // namespace forkd
