#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "http/exchange.hpp"
#include "http/failure.hpp"
#include "io/json.hpp"
#include "io/new-file.hpp"

namespace forkd {

/** An absolute path without NUL; "/" too. */
bool isPlace(std::string_view path);

/** The path without slashes at its end, by which a link is meant and not what it leads to. */
std::string withoutTrailingSlashes(std::string path);

/** Where something new goes, whose it is then, and with which mode. */
struct NewPlace {
  std::string path;
  mode_t mode = 0;
  FileOwner owner;
};

/** Reads a new file's path, mode and user; empty texts are as if they were not there. */
std::variant<NewPlace, Failure> parseNewPlace(const std::string& path, const std::string& octal, const std::string& user,
                                              mode_t otherwise);

/** The path in a field of a request's body; answers itself when it is none. */
const std::string* findPlace(Exchange& exchange, const Json& body, std::string_view field);

/** The path in a request's query; answers itself when it is none. */
std::optional<std::string> findPlace(Exchange& exchange);

}  // namespace forkd
