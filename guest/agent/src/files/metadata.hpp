#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace forkd {

/** What users note of a file, by keys: extended attributes whose names begin with `user.e2b.`, where E2B's clients have it. */
using Metadata = std::vector<std::pair<std::string, std::string>>;

/** The `metadata=KEY=VALUE` of a query, of which there may be many; nothing when one has no key. */
std::optional<Metadata> parseMetadata(const std::string& query);

/** Returns 0 or an errno: EOPNOTSUPP where the file system has no such attributes. */
int setMetadata(int fd, const Metadata& metadata);

/** That of a file or a directory. Nothing where there is none, and no more than could have been set. */
Metadata readMetadata(const char* path, bool follow);
/** The same of an entry of a directory; links are not followed. */
Metadata readMetadata(int directory, const char* name);

}  // namespace forkd
