#pragma once
#include <sys/stat.h>

#include <string>

#include "files/metadata.hpp"
#include "io/json.hpp"
#include "process/account-names.hpp"

namespace forkd {

/** What is somewhere in the file system, as lstat(2) tells it. */
struct FoundFile {
  /** As it is told: absolute, or below what was listed. */
  std::string path;
  struct stat info{};
  /** Where a link leads to. */
  std::string target;
  /** Of a file or a directory: what else has a type has none. */
  Metadata metadata;
};

bool canHaveMetadata(mode_t mode);

/** The file at the end of a path. Returns 0 or an errno. */
int findFile(const std::string& path, bool follow, FoundFile& found);

/** Describes files, with the names of those whose they are. */
class FileDescriber {
 public:
  Json describe(const FoundFile& file);

 private:
  AccountNames names_;
};

}  // namespace forkd
