#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>

#include "io/fd.hpp"

namespace forkd {

struct FileOwner {
  uid_t uid = 0;
  gid_t gid = 0;
};

/**
 * A file that is written next to its place and then moved there whole. What was not published is removed.
 * Each step returns 0 or an errno.
 */
class NewFile {
 public:
  NewFile() = default;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  /**
   * Missing parents are made, with the same owner. A link to a file is followed; one that leads nowhere is replaced.
   * EISDIR and ENXIO for what is there and is no regular file: a device or a pipe would be gone for everybody else.
   */
  int create(const std::string& path, FileOwner owner);
  int write(std::string_view data);
  /** To be given attributes before it is seen. */
  int fd() const { return fd_.get(); }
  int publish(mode_t mode);

 private:
  int findTarget(const std::string& path);
  int createSibling();

  std::string path_;
  std::string temporary_;
  FileOwner owner_;
  Fd fd_;
};

/** Whether owners can be set. */
bool mayChown();

/** Makes the directories above a path that are missing. Returns 0 or an errno. */
int makeParents(const std::string& path, FileOwner owner);

/** Creates or replaces a whole file. Returns 0 or an errno. */
int replaceFile(const std::string& path, std::string_view content, mode_t mode, FileOwner owner = {});

}  // namespace forkd
