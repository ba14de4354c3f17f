#include "process/accounts.hpp"

#include <unistd.h>

#include <charconv>

#include "io/text-file.hpp"

namespace forkd {

std::optional<uint32_t> parseAccountId(std::string_view text) {
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

namespace {
// A static binary cannot load NSS modules, so the two files are read here.
constexpr size_t kMaxGroups = 256;

std::optional<Account> parsePasswdLine(std::string_view line) {
  Account account;
  account.name = takeField(line, ':');
  takeField(line, ':');
  const auto uid = parseAccountId(takeField(line, ':'));
  const auto gid = parseAccountId(takeField(line, ':'));
  takeField(line, ':');
  account.home = takeField(line, ':');
  if (account.name.empty() || !uid || !gid) return std::nullopt;
  account.uid = *uid;
  account.gid = *gid;
  return account;
}

bool listsMember(std::string_view members, std::string_view name) {
  while (!members.empty()) {
    if (takeField(members, ',') == name) return true;
  }
  return false;
}

std::vector<gid_t> groupsOf(const Account& account) {
  std::vector<gid_t> groups = {account.gid};
  const std::string text = readTextFile("/etc/group", kMaxAccountsBytes);
  for (std::string_view rest = text; !rest.empty() && groups.size() < kMaxGroups;) {
    std::string_view line = takeLine(rest);
    takeField(line, ':');
    takeField(line, ':');
    const auto gid = parseAccountId(takeField(line, ':'));
    if (gid && *gid != account.gid && listsMember(line, account.name)) groups.push_back(*gid);
  }
  return groups;
}
}  // namespace

std::optional<Account> findAccount(std::string_view nameOrUid) {
  const auto uid = parseAccountId(nameOrUid);
  const std::string text = readTextFile("/etc/passwd", kMaxAccountsBytes);
  for (std::string_view rest = text; !rest.empty();) {
    auto account = parsePasswdLine(takeLine(rest));
    if (!account || (account->name != nameOrUid && (!uid || account->uid != *uid))) continue;
    account->groups = groupsOf(*account);
    return account;
  }
  if (uid) return Account{std::string(nameOrUid), *uid, *uid, "/", {*uid}};
  if (nameOrUid == "root") return Account{"root", 0, 0, "/root", {0}};
  return std::nullopt;
}

std::optional<gid_t> findGroup(std::string_view nameOrGid) {
  if (const auto gid = parseAccountId(nameOrGid)) return *gid;
  const std::string text = readTextFile("/etc/group", kMaxAccountsBytes);
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = takeLine(rest);
    const std::string_view name = takeField(line, ':');
    takeField(line, ':');
    const auto gid = parseAccountId(takeField(line, ':'));
    if (gid && !name.empty() && name == nameOrGid) return gid;
  }
  return std::nullopt;
}

Account ownAccount() { return *findAccount(std::to_string(::geteuid())); }

}  // namespace forkd
