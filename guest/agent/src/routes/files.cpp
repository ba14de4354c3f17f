#include <sys/stat.h>

#include <cerrno>

#include "http/fields.hpp"
#include "io/new-file.hpp"
#include "routes/routes.hpp"

namespace forkd {

namespace {
class FileBody final : public BodySource {
 public:
  /** With a size, that many bytes; without, as many as come. */
  FileBody(Fd fd, std::optional<uint64_t> size) : fd_(std::move(fd)), left_(size) {}

  Pulled pull(char* out, size_t room) override {
    if (left_) room = std::min<uint64_t>(room, *left_);
    const ssize_t got = room == 0 ? 0 : ::read(fd_.get(), out, room);
    if (got < 0) return {0, BodyState::broken};
    const auto bytes = static_cast<size_t>(got);
    if (!left_) return {bytes, bytes == 0 ? BodyState::ended : BodyState::more};
    *left_ -= bytes;
    if (*left_ == 0) return {bytes, BodyState::ended};
    // It has become shorter than the content-length that was promised.
    return {bytes, bytes == 0 ? BodyState::broken : BodyState::more};
  }

 private:
  Fd fd_;
  std::optional<uint64_t> left_;
};

std::string toOctal(mode_t mode) {
  std::string digits = "0000";
  for (size_t i = digits.size(); i-- > 0; mode >>= 3) digits[i] = static_cast<char>('0' + (mode & 7));
  return digits;
}

class Upload final : public RequestHandler {
 public:
  Upload(std::string path, mode_t mode) : path_(std::move(path)), mode_(mode) {}

  int begin(FileOwner owner) { return file_.create(path_, owner); }

  void onBody(Exchange& exchange, std::string_view chunk) override {
    exchange.consume(chunk.size());
    if (exchange.replied()) return;
    bytes_ += chunk.size();
    if (const int error = file_.write(chunk); error != 0) exchange.fail(failureOf(error, path_));
  }

  void onBodyEnd(Exchange& exchange) override {
    if (exchange.replied()) return;
    if (const int error = file_.publish(mode_); error != 0) return exchange.fail(failureOf(error, path_));
    Json reply = Json::object();
    reply["bytes"] = bytes_;
    exchange.reply(writeJson(reply));
  }

 private:
  NewFile file_;
  std::string path_;
  mode_t mode_;
  uint64_t bytes_ = 0;
};
}  // namespace

void getFile(Agent&, Exchange& exchange, const std::string&, const Json&) {
  const std::string path = queryParameter(exchange.query(), "path");
  if (!isAbsolutePath(path)) return exchange.fail({ErrorCode::badRequest, "path must be absolute"});
  // A FIFO or a terminal must not stop the agent.
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return exchange.fail(failureOf(errno, path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return exchange.fail(failureOf(errno, path));
  if (!S_ISREG(info.st_mode)) return exchange.fail(failureOf(ENXIO, path));

  std::vector<HeaderField> headers = {{"x-forkd-mode", toOctal(info.st_mode & 07777)}};
  std::optional<uint64_t> size = static_cast<uint64_t>(info.st_size);
  // Files of /proc have content but no size; those of /sys say one page, whatever they hold.
  char probe = 0;
  if (info.st_size == 0 && ::pread(fd.get(), &probe, 1, 0) == 1) size.reset();
  if (info.st_blocks == 0 && info.st_size == 4096) size.reset();
  if (size) headers.emplace_back("content-length", std::to_string(*size));
  exchange.stream(std::move(headers), std::make_unique<FileBody>(std::move(fd), size));
}

std::unique_ptr<RequestHandler> openUpload(Agent&, const std::shared_ptr<Exchange>& exchange, const std::string&) {
  const auto refuse = [&](Failure failure) {
    exchange->fail(failure);
    return nullptr;
  };
  const std::string path = queryParameter(exchange->query(), "path");
  const std::string octal = queryParameter(exchange->query(), "mode");
  const std::string user = queryParameter(exchange->query(), "user");
  if (!isAbsolutePath(path) || path.back() == '/') return refuse({ErrorCode::badRequest, "path must be an absolute file"});
  const auto mode = octal.empty() ? mode_t{0644} : parseMode(octal);
  if (!mode) return refuse({ErrorCode::badRequest, "mode must be octal digits"});
  const auto account = user.empty() ? ownAccount() : findAccount(user);
  if (!account) return refuse({ErrorCode::badRequest, "there is no user " + user});
  auto upload = std::make_unique<Upload>(path, *mode);
  if (const int error = upload->begin({account->uid, account->gid}); error != 0) return refuse(failureOf(error, path));
  return upload;
}

}  // namespace forkd
