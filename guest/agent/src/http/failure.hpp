#pragma once
#include <string>

namespace forkd {

enum class ErrorCode {
  badRequest,
  notFound,
  commandNotFound,
  permissionDenied,
  interpreterUnavailable,
  noSuchProcess,
  noSpace,
  portRefused,
  portTimeout,
  tooLarge,
  notRegular,
  noSuchFile,
  exists,
  notDirectory,
  notEmpty,
  badRange,
  tooMany,
  noSuchContext,
  metadataUnsupported,
  internal,
};

/** Why a request could not be done, as it goes over the wire. */
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

int statusOf(ErrorCode code);
const char* nameOf(ErrorCode code);

/** "<what>: <strerror>" with the code that fits the errno. */
Failure failureOf(int error, const std::string& what);

/**
 * The same for requests about files that older agents do not know: `not_found` would say there that the request itself is
 * unknown.
 */
Failure fileFailureOf(int error, const std::string& path);

}  // namespace forkd
