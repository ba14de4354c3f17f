// What is where in the file system.
#include <cerrno>
#include <cstring>

#include "files/place.hpp"
#include "files/tree-walk.hpp"
#include "http/fields.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
/** Each level that is being read has a descriptor. */
constexpr int64_t kMaxDepth = 64;

/** One line of JSON for each file, no further than the host reads. */
class ListBody final : public BodySource {
 public:
  explicit ListBody(TreeWalk walk) : walk_(std::move(walk)) {}

  Pulled pull(char* out, size_t room) override {
    while (line_.size() < room && !ended_) addLine();
    const size_t bytes = std::min(room, line_.size());
    std::memcpy(out, line_.data(), bytes);
    line_.erase(0, bytes);
    return {bytes, ended_ && line_.empty() ? BodyState::ended : BodyState::more};
  }

 private:
  void addLine() {
    ended_ = !walk_.next(found_);
    if (!ended_) line_ += writeJson(describer_.describe(found_)) + '\n';
  }

  TreeWalk walk_;
  FoundFile found_;
  FileDescriber describer_;
  std::string line_;
  bool ended_ = false;
};
}  // namespace

void getFileInfo(Agent&, Exchange& exchange, const std::string&, const Json&) {
  const auto path = findPlace(exchange);
  if (!path) return;
  const bool follow = queryParameter(exchange.query(), "follow") == "true";
  FoundFile found;
  if (const int error = findFile(*path, follow, found); error != 0) return exchange.fail(fileFailureOf(error, *path));
  exchange.reply(writeJson(FileDescriber().describe(found)));
}

void getFileList(Agent&, Exchange& exchange, const std::string&, const Json&) {
  const auto path = findPlace(exchange);
  if (!path) return;
  const std::string text = queryParameter(exchange.query(), "depth");
  const int64_t depth = text.empty() ? 1 : parseDecimal(text).value_or(0);
  if (depth < 1 || depth > kMaxDepth) return exchange.fail({ErrorCode::badRequest, "depth must be from 1 to 64"});
  TreeWalk walk;
  const int error = walk.open(*path, static_cast<size_t>(depth));
  if (error != 0) return exchange.fail(fileFailureOf(error, *path));
  exchange.stream({}, std::make_unique<ListBody>(std::move(walk)));
}

}  // namespace forkd
