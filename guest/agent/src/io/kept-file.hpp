#pragma once
#include <string>
#include <string_view>

#include "io/fd.hpp"

namespace forkd {

/**
 * A small file that is written again in every fork. It stays open once it was written: finding and opening it costs a
 * forked machine more than writing it does.
 */
class KeptFile {
 public:
  explicit KeptFile(std::string path) : path_(std::move(path)) {}

  /** Replaces the content in place, with one write. Returns 0 or an errno. */
  int write(std::string_view text);
  /** Writes what it holds already. A file that is missing, empty or not small stays as it is. */
  int rewrite();

 private:
  int open();

  std::string path_;
  Fd fd_;
};

}  // namespace forkd
