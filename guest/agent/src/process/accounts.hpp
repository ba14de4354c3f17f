#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forkd {

/** A line of /etc/passwd, with the groups of /etc/group. */
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home = "/";
  std::vector<gid_t> groups;
};

/** By name, or by number; a number without an account gets a group of the same number and no home. */
std::optional<Account> findAccount(std::string_view nameOrUid);

/** A group by name, or by number. */
std::optional<gid_t> findGroup(std::string_view nameOrGid);

/** The name that belongs to a number, or its digits where none does. */
std::string nameOfUser(uid_t uid);
std::string nameOfGroup(gid_t gid);

/** The account that the agent itself runs as. */
Account ownAccount();

}  // namespace forkd
