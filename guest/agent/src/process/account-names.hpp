#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace forkd {

/** The names that belong to numbers, as they are when the first is asked for: each file is read once, and may be long. */
class AccountNames {
 public:
  /** The name, or the number's digits where there is none. */
  std::string userName(uid_t uid) { return nameIn(users_, "/etc/passwd", uid); }
  std::string groupName(gid_t gid) { return nameIn(groups_, "/etc/group", gid); }

 private:
  struct Named {
    uint32_t id;
    std::string name;
  };
  /** In the order of numbers. */
  using Table = std::optional<std::vector<Named>>;

  static std::vector<Named> read(const char* path);
  static std::string nameIn(Table& table, const char* path, uint32_t id);

  Table users_;
  Table groups_;
};

}  // namespace forkd
