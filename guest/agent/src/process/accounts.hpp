#pragma once
#include <sys/types.h>

#include <cstdint>
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

/** What is read of each of the two files. */
constexpr size_t kMaxAccountsBytes = 1024 * 1024;

/** What the lines of both files begin with: the name first, the number third. */
struct AccountLine {
  std::string_view name;
  /** Nothing when it is no number. */
  std::optional<uint32_t> id;
  std::string_view rest;
};

/** Takes the next line off a file's text. */
AccountLine takeAccountLine(std::string_view& text);

/** By name, or by number; a number without an account gets a group of the same number and no home. */
std::optional<Account> findAccount(std::string_view nameOrUid);

/** A group by name, or by number. */
std::optional<gid_t> findGroup(std::string_view nameOrGid);

/** The account that the agent itself runs as. */
Account ownAccount();

}  // namespace forkd
