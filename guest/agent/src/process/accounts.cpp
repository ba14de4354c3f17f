#include "process/accounts.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdint>

#include "io/text-file.hpp"

namespace forkd {

namespace {
// A static binary cannot load NSS modules, so the two files are read here.
constexpr size_t kMaxFileBytes = 1024 * 1024;
constexpr size_t kMaxGroups = 256;

std::optional<uint32_t> parseId(std::string_view text) {
  uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

std::optional<Account> parsePasswdLine(std::string_view line) {
  Account account;
  account.name = takeField(line, ':');
  takeField(line, ':');
  const auto uid = parseId(takeField(line, ':'));
  const auto gid = parseId(takeField(line, ':'));
  takeField(line, ':');
  account.home = takeField(line, ':');
  if (account.name.empty() || !uid || !gid) return std::nullopt;
  account.uid = *uid;
  account.gid = *gid;
  return account;
}

struct Group {
  std::string name;
  std::optional<gid_t> gid;
};

/** The first line of /etc/group that is meant. */
template <typename IsMeant>
Group findGroupLine(IsMeant isMeant) {
  const std::string text = readTextFile("/etc/group", kMaxFileBytes);
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = takeLine(rest);
    const std::string_view name = takeField(line, ':');
    takeField(line, ':');
    const auto gid = parseId(takeField(line, ':'));
    if (gid && !name.empty() && isMeant(name, gid)) return {std::string(name), gid};
  }
  return {};
}

bool listsMember(std::string_view members, std::string_view name) {
  while (!members.empty()) {
    if (takeField(members, ',') == name) return true;
  }
  return false;
}

std::vector<gid_t> groupsOf(const Account& account) {
  std::vector<gid_t> groups = {account.gid};
  const std::string text = readTextFile("/etc/group", kMaxFileBytes);
  for (std::string_view rest = text; !rest.empty() && groups.size() < kMaxGroups;) {
    std::string_view line = takeLine(rest);
    takeField(line, ':');
    takeField(line, ':');
    const auto gid = parseId(takeField(line, ':'));
    if (gid && *gid != account.gid && listsMember(line, account.name)) groups.push_back(*gid);
  }
  return groups;
}
}  // namespace

std::optional<Account> findAccount(std::string_view nameOrUid) {
  const auto uid = parseId(nameOrUid);
  const std::string text = readTextFile("/etc/passwd", kMaxFileBytes);
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
  if (const auto gid = parseId(nameOrGid)) return *gid;
  const auto isMeant = [&](std::string_view name, std::optional<gid_t>) { return name == nameOrGid; };
  return findGroupLine(isMeant).gid;
}

std::string nameOfUser(uid_t uid) { return findAccount(std::to_string(uid))->name; }

std::string nameOfGroup(gid_t gid) {
  const auto group = findGroupLine([&](std::string_view, std::optional<gid_t> found) { return found == gid; });
  return group.name.empty() ? std::to_string(gid) : group.name;
}

Account ownAccount() { return *findAccount(std::to_string(::geteuid())); }

}  // namespace forkd
