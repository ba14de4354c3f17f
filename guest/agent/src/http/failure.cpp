#include "http/failure.hpp"

#include <array>
#include <cerrno>
#include <cstring>

namespace forkd {

namespace {
struct ErrorKind {
  const char* name;
  int status;
};

constexpr auto kKinds = std::to_array<ErrorKind>({
    {"bad_request", 400},
    {"not_found", 404},
    {"command_not_found", 422},
    {"permission_denied", 403},
    {"interpreter_unavailable", 409},
    {"no_such_process", 404},
    {"no_space", 507},
    {"port_refused", 502},
    {"port_timeout", 504},
    {"too_large", 413},
    {"not_regular", 409},
    {"no_such_file", 404},
    {"exists", 409},
    {"not_directory", 409},
    {"not_empty", 409},
    {"bad_range", 416},
    {"too_many", 409},
    {"no_such_context", 404},
    {"metadata_unsupported", 409},
    {"internal", 500},
});

ErrorCode codeOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::notFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permissionDenied;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::noSpace;
    case EFBIG:
    case E2BIG:
      return ErrorCode::tooLarge;
    case ESRCH:
      return ErrorCode::noSuchProcess;
    case ENXIO:
    case EISDIR:
      return ErrorCode::notRegular;
    case EINVAL:
    case ENAMETOOLONG:
    case ELOOP:
      return ErrorCode::badRequest;
    default:
      return ErrorCode::internal;
  }
}
}  // namespace

int statusOf(ErrorCode code) { return kKinds[static_cast<size_t>(code)].status; }
const char* nameOf(ErrorCode code) { return kKinds[static_cast<size_t>(code)].name; }

Failure failureOf(int error, const std::string& what) {
  // open(2): what it says of pipes, sockets and devices is "No such device or address".
  if (error == ENXIO) return {ErrorCode::notRegular, what + " is not a regular file"};
  return {codeOf(error), what + ": " + ::strerror(error)};
}

Failure fileFailureOf(int error, const std::string& path) {
  Failure failure = failureOf(error, path);
  if (error == ENOENT) failure.code = ErrorCode::noSuchFile;
  if (error == ENOTDIR) failure.code = ErrorCode::notDirectory;
  if (error == EEXIST) failure.code = ErrorCode::exists;
  if (error == ENOTEMPTY) failure.code = ErrorCode::notEmpty;
  if (error == EXDEV || error == EBUSY) failure.code = ErrorCode::badRequest;
  return failure;
}

}  // namespace forkd
