#pragma once
#include <optional>
#include <string>
#include <vector>

#include "io/json.hpp"

namespace forkd {

/** What the interpreter itself does not know of a call. */
struct CallOutcome {
  std::string out;
  std::string err;
  bool truncated = false;
  bool timedOut = false;
  double durationMs = 0;
  /** How many calls its process had, this one with them. */
  int64_t number = 0;
  /** What the interpreter said of each of its rich results. */
  std::vector<std::string> results;
  /** Of a shell that ended by itself. */
  std::optional<int64_t> exitStatus;
};

/** The reply for a call that the interpreter answered. Whatever else it sent is left out. */
std::string describeResult(const Json& answer, CallOutcome outcome);

/**
 * What an interpreter said of a rich result, or nothing when it is none. Whatever has another form than a result's is
 * left out: code may write what it likes where its interpreter does.
 */
std::optional<std::string> describeDisplay(const Json& frame);

/** The reply for a call that the interpreter did not live to answer. */
std::string describeDeath(const char* name, const std::string& message, CallOutcome outcome);

}  // namespace forkd
