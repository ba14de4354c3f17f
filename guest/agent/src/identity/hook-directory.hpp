#pragma once
#include <sys/stat.h>

#include <string>
#include <vector>

#include "io/fd.hpp"

namespace forkd {

/** The programs that a fork runs. While there are none, asking again costs one system call. */
class HookDirectory {
 public:
  explicit HookDirectory(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  /** The names of the executables, the first one last. */
  std::vector<std::string> list();

 private:
  bool unchanged() const;
  void remember();

  std::string path_;
  /** The directory, or the nearest one above it that is there, while it is known that there are no programs. */
  Fd empty_;
  timespec changed_{};
};

}  // namespace forkd
