#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>

#include "http/fields.hpp"
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

/** A part of a file. */
struct Span {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

/** How many bytes a parameter of the query says; nothing when it is not there or is no number. */
std::optional<uint64_t> findBytes(const std::string& query, std::string_view name) {
  const auto value = parseDecimal(queryParameter(query, name));
  return value && *value >= 0 ? std::optional<uint64_t>(static_cast<uint64_t>(*value)) : std::nullopt;
}

/** The part that a query asks for by `offset` and `length`, or by `tail`; nothing when the file has no byte of it. */
std::optional<Span> chooseSpan(const std::string& query, uint64_t size) {
  const auto tail = findBytes(query, "tail");
  const auto offset = tail ? std::optional(size - std::min(*tail, size)) : findBytes(query, "offset");
  if (!offset) return Span{0, size};
  if (*offset >= size) return std::nullopt;
  return Span{*offset, std::min(findBytes(query, "length").value_or(size), size - *offset)};
}
}  // namespace

static bool isOfSysfs(int fd) {
  struct statfs system{};
  return ::fstatfs(fd, &system) == 0 && system.f_type == SYSFS_MAGIC;
}

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
  const auto size = static_cast<uint64_t>(info.st_size);
  // Files of /proc have content but no size; those of /sys say one page, whatever they hold. They are read whole.
  char probe = 0;
  const bool isSizeless =
      (size == 0 && ::pread(fd.get(), &probe, 1, 0) == 1) || isOfSysfs(fd.get());
  if (isSizeless) {
    headers.emplace_back("x-forkd-offset", "0");
    return exchange.stream(std::move(headers), std::make_unique<FileBody>(std::move(fd), std::nullopt));
  }
  const auto span = chooseSpan(exchange.query(), size);
  if (!span) return exchange.fail({ErrorCode::badRange, path + " has " + std::to_string(size) + " bytes"});
  if (::lseek(fd.get(), static_cast<off_t>(span->offset), SEEK_SET) < 0) return exchange.fail(failureOf(errno, path));
  headers.emplace_back("content-length", std::to_string(span->bytes));
  headers.emplace_back("x-forkd-offset", std::to_string(span->offset));
  headers.emplace_back("x-forkd-size", std::to_string(size));
  exchange.stream(std::move(headers), std::make_unique<FileBody>(std::move(fd), span->bytes));
}

}  // namespace forkd
