#include "io/json.hpp"

namespace forkd {

namespace {
void writeEscape(unsigned char letter, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  if (letter == '"' || letter == '\\') {
    out += '\\';
    out += static_cast<char>(letter);
  } else {
    out += "\\u00";
    out += kDigits[letter >> 4];
    out += kDigits[letter & 15];
  }
}

void writeString(std::string_view text, std::string& out) {
  out += '"';
  size_t written = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto letter = static_cast<unsigned char>(text[i]);
    if (letter >= ' ' && letter != '"' && letter != '\\') continue;
    out.append(text, written, i - written);
    writeEscape(letter, out);
    written = i + 1;
  }
  out.append(text, written, text.size() - written);
  out += '"';
}

void writeDecimal(int64_t thousandths, std::string& out) {
  out += std::to_string(thousandths / 1000);
  out += '.';
  for (int64_t unit = 100, left = thousandths % 1000; unit > 0; left %= unit, unit /= 10) {
    out += static_cast<char>('0' + left / unit);
  }
}

void write(const Json& value, std::string& out);

void writeItems(const Json& value, std::string& out) {
  const bool named = value.kind() == Json::Kind::object;
  out += named ? '{' : '[';
  for (size_t i = 0; i < value.items().size(); ++i) {
    if (i > 0) out += ',';
    if (named) {
      writeString(value.names()[i], out);
      out += ':';
    }
    write(value.items()[i], out);
  }
  out += named ? '}' : ']';
}

void write(const Json& value, std::string& out) {
  switch (value.kind()) {
    case Json::Kind::null:
      out += "null";
      break;
    case Json::Kind::boolean:
      out += value.number() != 0 ? "true" : "false";
      break;
    case Json::Kind::integer:
      out += std::to_string(value.number());
      break;
    case Json::Kind::decimal:
      writeDecimal(value.number(), out);
      break;
    case Json::Kind::string:
      writeString(value.text(), out);
      break;
    case Json::Kind::array:
    case Json::Kind::object:
      writeItems(value, out);
      break;
  }
}
}  // namespace

std::string writeJson(const Json& value) {
  std::string out;
  write(value, out);
  return out;
}

}  // namespace forkd
