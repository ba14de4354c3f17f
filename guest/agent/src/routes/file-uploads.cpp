// Requests whose body becomes the content of a file.
#include <sys/stat.h>

#include <cerrno>

#include "files/metadata.hpp"
#include "files/place.hpp"
#include "http/fields.hpp"
#include "io/text-file.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
/** Takes the content of a file. Each step returns 0 or an errno. */
class FileSink {
 public:
  virtual ~FileSink() = default;
  virtual int write(std::string_view chunk) = 0;
  virtual int finish() = 0;
};

/** The whole file, or nothing. */
class WholeFile final : public FileSink {
 public:
  explicit WholeFile(mode_t mode) : mode_(mode) {}
  int open(const NewPlace& place) { return file_.create(place.path, place.owner); }
  int describe(const Metadata& metadata) { return setMetadata(file_.fd(), metadata); }
  int write(std::string_view chunk) override { return file_.write(chunk); }
  int finish() override { return file_.publish(mode_); }

 private:
  NewFile file_;
  mode_t mode_;
};

/** A part of a file that may be there: what was written stays, however the request ends. */
class PartOfFile final : public FileSink {
 public:
  /** Without an offset, at the file's end. */
  int open(const NewPlace& place, std::optional<int64_t> offset) {
    const int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (offset ? 0 : O_APPEND);
    int error = create(place, flags);
    if (error == ENOENT) {
      error = makeParents(place.path, place.owner);
      if (error == 0) error = create(place, flags);
    }
    if (error == EEXIST) error = openExisting(place, flags);
    // A link that leads nowhere is replaced, as by a whole file.
    if (error == ENOENT && ::unlink(place.path.c_str()) == 0) error = create(place, flags);
    if (error != 0 || !offset) return error;
    return ::lseek(fd_.get(), *offset, SEEK_SET) < 0 ? errno : 0;
  }

  int write(std::string_view chunk) override { return writeAll(fd_.get(), chunk) ? 0 : errno; }
  int finish() override { return 0; }

 private:
  int create(const NewPlace& place, int flags) {
    fd_ = Fd(::open(place.path.c_str(), flags | O_CREAT | O_EXCL, 0600));
    if (!fd_) return errno;
    if (mayChown() && ::fchown(fd_.get(), place.owner.uid, place.owner.gid) != 0) return errno;
    return ::fchmod(fd_.get(), place.mode) == 0 ? 0 : errno;
  }

  int openExisting(const NewPlace& place, int flags) {
    // A device may begin to do something as soon as it is opened for writing.
    const Fd found(::open(place.path.c_str(), O_PATH | O_CLOEXEC));
    if (!found) return errno;
    struct stat info{};
    if (::fstat(found.get(), &info) != 0) return errno;
    if (!S_ISREG(info.st_mode)) return ENXIO;
    fd_ = Fd(::open(("/proc/self/fd/" + std::to_string(found.get())).c_str(), flags));
    return fd_ ? 0 : errno;
  }

  Fd fd_;
};

class Upload final : public RequestHandler {
 public:
  using Explain = Failure (*)(int error, const std::string& path);
  Upload(std::unique_ptr<FileSink> sink, std::string path, Explain explain)
      : sink_(std::move(sink)), path_(std::move(path)), explain_(explain) {}

  void onBody(Exchange& exchange, std::string_view chunk) override {
    exchange.consume(chunk.size());
    if (exchange.replied()) return;
    bytes_ += chunk.size();
    if (const int error = sink_->write(chunk); error != 0) exchange.fail(explain_(error, path_));
  }

  void onBodyEnd(Exchange& exchange) override {
    if (exchange.replied()) return;
    if (const int error = sink_->finish(); error != 0) return exchange.fail(explain_(error, path_));
    Json reply = Json::object();
    reply["bytes"] = bytes_;
    exchange.reply(writeJson(reply));
  }

 private:
  std::unique_ptr<FileSink> sink_;
  std::string path_;
  Explain explain_;
  uint64_t bytes_ = 0;
};

Failure metadataFailureOf(int error, const std::string& path) {
  if (error == EOPNOTSUPP) {
    return {ErrorCode::metadataUnsupported, path + " is on a file system that keeps no metadata of files"};
  }
  return fileFailureOf(error, "the metadata of " + path);
}

std::variant<NewPlace, Failure> parseQuery(const std::string& query) {
  auto place = parseNewPlace(queryParameter(query, "path"), queryParameter(query, "mode"), queryParameter(query, "user"), 0644);
  const auto* found = std::get_if<NewPlace>(&place);
  if (found != nullptr && found->path.back() == '/') return Failure{ErrorCode::badRequest, "path must be an absolute file"};
  return place;
}
}  // namespace

std::unique_ptr<RequestHandler> openUpload(Agent&, const std::shared_ptr<Exchange>& exchange, const std::string&) {
  auto parsed = parseQuery(exchange->query());
  if (const auto* failure = std::get_if<Failure>(&parsed)) return exchange->fail(*failure), nullptr;
  const NewPlace& place = std::get<NewPlace>(parsed);
  auto sink = std::make_unique<WholeFile>(place.mode);
  if (const int error = sink->open(place); error != 0) return exchange->fail(failureOf(error, place.path)), nullptr;
  return std::make_unique<Upload>(std::move(sink), place.path, failureOf);
}

std::unique_ptr<RequestHandler> openUploadWithMetadata(Agent&, const std::shared_ptr<Exchange>& exchange,
                                                       const std::string&) {
  auto parsed = parseQuery(exchange->query());
  if (const auto* failure = std::get_if<Failure>(&parsed)) return exchange->fail(*failure), nullptr;
  const NewPlace& place = std::get<NewPlace>(parsed);
  const auto metadata = parseMetadata(exchange->query());
  if (!metadata) return exchange->fail({ErrorCode::badRequest, "metadata must be KEY=VALUE"}), nullptr;
  auto sink = std::make_unique<WholeFile>(place.mode);
  if (const int error = sink->open(place); error != 0) return exchange->fail(fileFailureOf(error, place.path)), nullptr;
  if (const int error = sink->describe(*metadata); error != 0) {
    return exchange->fail(metadataFailureOf(error, place.path)), nullptr;
  }
  return std::make_unique<Upload>(std::move(sink), place.path, fileFailureOf);
}

std::unique_ptr<RequestHandler> openPartialUpload(Agent&, const std::shared_ptr<Exchange>& exchange, const std::string&) {
  auto parsed = parseQuery(exchange->query());
  if (const auto* failure = std::get_if<Failure>(&parsed)) return exchange->fail(*failure), nullptr;
  const NewPlace& place = std::get<NewPlace>(parsed);
  const std::string text = queryParameter(exchange->query(), "offset");
  const auto offset = text.empty() ? std::nullopt : parseDecimal(text);
  if (!text.empty() && (!offset || *offset < 0)) {
    return exchange->fail({ErrorCode::badRequest, "offset must be a number of bytes"}), nullptr;
  }
  auto sink = std::make_unique<PartOfFile>();
  if (const int error = sink->open(place, offset); error != 0) {
    return exchange->fail(fileFailureOf(error, place.path)), nullptr;
  }
  return std::make_unique<Upload>(std::move(sink), place.path, fileFailureOf);
}

}  // namespace forkd
