#include "process/account-names.hpp"

#include <algorithm>

#include "io/text-file.hpp"
#include "process/accounts.hpp"

namespace forkd {

/** Longer names are none that useradd(8) gives. */
static constexpr size_t kMaxNameBytes = 64;

std::vector<AccountNames::Named> AccountNames::read(const char* path) {
  std::vector<Named> table;
  const std::string text = readTextFile(path, kMaxAccountsBytes);
  for (std::string_view rest = text; !rest.empty();) {
    const AccountLine line = takeAccountLine(rest);
    const size_t bytes = line.name.size();
    if (line.id && bytes > 0 && bytes <= kMaxNameBytes) table.push_back({*line.id, std::string(line.name)});
  }
  // Of two lines with one number the first counts.
  std::ranges::stable_sort(table, {}, &Named::id);
  return table;
}

std::string AccountNames::nameIn(Table& table, const char* path, uint32_t id) {
  if (!table) table = read(path);
  const auto found = std::ranges::lower_bound(*table, id, {}, &Named::id);
  return found != table->end() && found->id == id ? found->name : std::to_string(id);
}

}  // namespace forkd
