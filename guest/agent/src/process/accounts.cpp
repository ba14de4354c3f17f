#include "process/accounts.hpp"

#include <unistd.h>

#include <charconv>

#include "io/text-file.hpp"

namespace forkd {

namespace {
// A static binary cannot load NSS modules, so the two files are read here.
constexpr size_t kMaxGroups = 256;

std::optional<uint32_t> parseId(std::string_view text) {
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

std::optional<Account> toAccount(AccountLine line) {
  const auto gid = parseId(takeField(line.rest, ':'));
  takeField(line.rest, ':');
  if (line.name.empty() || !line.id || !gid) return std::nullopt;
  Account account;
  account.name = line.name;
  account.uid = *line.id;
  account.gid = *gid;
  account.home = takeField(line.rest, ':');
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
    const AccountLine line = takeAccountLine(rest);
    if (line.id && *line.id != account.gid && listsMember(line.rest, account.name)) groups.push_back(*line.id);
  }
  return groups;
}
}  // namespace

AccountLine takeAccountLine(std::string_view& text) {
  AccountLine line;
  line.rest = takeLine(text);
  line.name = takeField(line.rest, ':');
  takeField(line.rest, ':');
  line.id = parseId(takeField(line.rest, ':'));
  return line;
}

std::optional<Account> findAccount(std::string_view nameOrUid) {
  const auto uid = parseId(nameOrUid);
  const std::string text = readTextFile("/etc/passwd", kMaxAccountsBytes);
  for (std::string_view rest = text; !rest.empty();) {
    auto account = toAccount(takeAccountLine(rest));
    if (!account || (account->name != nameOrUid && (!uid || account->uid != *uid))) continue;
    account->groups = groupsOf(*account);
    return account;
  }
  if (uid) return Account{std::string(nameOrUid), *uid, *uid, "/", {*uid}};
  if (nameOrUid == "root") return Account{"root", 0, 0, "/root", {0}};
  return std::nullopt;
}

std::optional<gid_t> findGroup(std::string_view nameOrGid) {
  if (const auto gid = parseId(nameOrGid)) return *gid;
  const std::string text = readTextFile("/etc/group", kMaxAccountsBytes);
  for (std::string_view rest = text; !rest.empty();) {
    const AccountLine line = takeAccountLine(rest);
    if (line.id && !line.name.empty() && line.name == nameOrGid) return line.id;
  }
  return std::nullopt;
}

Account ownAccount() { return *findAccount(std::to_string(::geteuid())); }

}  // namespace forkd
