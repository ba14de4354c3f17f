// Directories that are made, and files that are moved, given away or removed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "files/place.hpp"
#include "files/found-file.hpp"
#include "files/tree-removal.hpp"
#include "http/fields.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
std::string textOf(const Json& body, std::string_view field) {
  const std::string* text = findString(body, field);
  return text == nullptr ? std::string() : *text;
}

/** Returns 0, EEXIST when there was one, or an errno. */
int makeDirectory(const NewPlace& place) {
  const std::string path = withoutTrailingSlashes(place.path);
  if (const int error = makeParents(path, place.owner); error != 0) return error;
  if (::mkdir(path.c_str(), 0700) != 0) {
    struct stat info{};
    const int error = errno;
    const bool isThere = error == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    return error == EEXIST && !isThere ? ENOTDIR : error;
  }
  // Whoever may write where it is can put a link in its place.
  const Fd made(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made) return errno;
  if (mayChown() && ::fchown(made.get(), place.owner.uid, place.owner.gid) != 0) return errno;
  return ::fchmod(made.get(), place.mode) == 0 ? 0 : errno;
}

void replyWithInfo(Exchange& exchange, const std::string& path, bool follow) {
  FoundFile found;
  if (const int error = findFile(path, follow, found); error != 0) return exchange.fail(fileFailureOf(error, path));
  exchange.reply(writeJson(FileDescriber().describe(found)));
}

/** What a request changes of a file; -1: nothing, as chown(2) has it. */
struct Attributes {
  std::optional<mode_t> mode;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
};

/** What is wrong with the request, or an empty text. */
std::string parseAttributes(const Json& body, Attributes& attributes) {
  const std::string octal = textOf(body, "mode");
  const std::string owner = textOf(body, "owner");
  const std::string group = textOf(body, "group");
  if (!octal.empty() && !(attributes.mode = parseMode(octal))) return "mode must be octal digits";
  if (!owner.empty()) {
    const auto account = findAccount(owner);
    if (!account) return "there is no user " + owner;
    attributes.uid = account->uid;
  }
  if (group.empty()) return {};
  const auto gid = findGroup(group);
  if (!gid) return "there is no group " + group;
  attributes.gid = *gid;
  return {};
}

/** Works between other requests, since there may be much to remove; it ends with its request. */
class RemovalRequest final : public JsonRequest, public TimerListener {
 public:
  RemovalRequest(EventLoop& loop, const std::shared_ptr<Exchange>& exchange) : timer_(loop, *this), exchange_(*exchange) {}

  void onTimer(Timer&) override { settle(removal_.step()); }
  void onClosed(CloseReason) override { timer_.stop(); }

 protected:
  void handle(Exchange& exchange, const Json& body) override {
    const std::string* path = findPlace(exchange, body, "path");
    if (path == nullptr) return;
    path_ = *path;
    settle(removal_.begin(path_, findFlag(body, "recursive", false)));
  }

 private:
  void settle(int error) {
    if (error == EINPROGRESS) return timer_.start(0);
    if (error == E2BIG) return exchange_.fail({ErrorCode::tooLarge, path_ + " is over 65536 directories deep"});
    if (error != 0) return exchange_.fail(fileFailureOf(error, path_));
    exchange_.reply("{}");
  }

  Timer timer_;
  Exchange& exchange_;
  TreeRemoval removal_;
  std::string path_;
};
}  // namespace

void postDirectory(Agent&, Exchange& exchange, const std::string&, const Json& body) {
  auto parsed = parseNewPlace(textOf(body, "path"), textOf(body, "mode"), textOf(body, "user"), 0755);
  if (const auto* failure = std::get_if<Failure>(&parsed)) return exchange.fail(*failure);
  const NewPlace& place = std::get<NewPlace>(parsed);
  const int error = makeDirectory(place);
  if (error != 0 && error != EEXIST) return exchange.fail(fileFailureOf(error, place.path));
  Json reply = Json::object();
  reply["created"] = error == 0;
  exchange.reply(writeJson(reply));
}

void postFileMove(Agent&, Exchange& exchange, const std::string&, const Json& body) {
  const std::string* from = findPlace(exchange, body, "from");
  const std::string* to = from == nullptr ? nullptr : findPlace(exchange, body, "to");
  if (to == nullptr) return;
  const Account account = ownAccount();
  const int error = makeParents(withoutTrailingSlashes(*to), {account.uid, account.gid});
  if (error != 0) return exchange.fail(fileFailureOf(error, *to));
  if (::rename(from->c_str(), to->c_str()) != 0) return exchange.fail(fileFailureOf(errno, *from + " to " + *to));
  replyWithInfo(exchange, withoutTrailingSlashes(*to), false);
}

void postFileAttributes(Agent&, Exchange& exchange, const std::string&, const Json& body) {
  const std::string* path = findPlace(exchange, body, "path");
  if (path == nullptr) return;
  Attributes attributes;
  const std::string fault = parseAttributes(body, attributes);
  if (!fault.empty()) return exchange.fail({ErrorCode::badRequest, fault});
  // First the owner: that takes setuid away, which the mode may ask for.
  const bool isGiven = !isAbsent(body, "owner") || !isAbsent(body, "group");
  if (isGiven && ::chown(path->c_str(), attributes.uid, attributes.gid) != 0) return exchange.fail(fileFailureOf(errno, *path));
  if (attributes.mode && ::chmod(path->c_str(), *attributes.mode) != 0) {
    return exchange.fail(fileFailureOf(errno, *path));
  }
  replyWithInfo(exchange, *path, true);
}

std::unique_ptr<RequestHandler> openFileRemoval(Agent& agent, const std::shared_ptr<Exchange>& exchange,
                                                const std::string&) {
  return std::make_unique<RemovalRequest>(agent.loop, exchange);
}

}  // namespace forkd
