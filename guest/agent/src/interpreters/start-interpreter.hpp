#pragma once
#include <optional>
#include <string>
#include <vector>

#include "http/failure.hpp"
#include "io/fd.hpp"
#include "process/environment.hpp"

namespace forkd {

/** A language, and how its interpreter is started. */
struct Language {
  std::string name;
  std::string program;
  std::vector<std::string> options;
  std::string script;
  /** Sent when a frame has to be read while a call runs; 0 when the interpreter reads at any time. */
  int attentionSignal = 0;
  /** Whether it can tell where the states of its generators are. */
  bool tellsStates = false;

  bool installed() const { return ::access(program.c_str(), X_OK) == 0; }
};

struct InterpreterStreams {
  Fd frames;
  Fd calls;
  Fd out;
  Fd err;
};

struct StartedInterpreter {
  pid_t pid = -1;
  InterpreterStreams streams;
  std::string error;
};

/** Runs it as its own session, with calls on descriptor 3 and frames on 4. */
StartedInterpreter startInterpreter(const Language& language, const SandboxIdentity& sandbox);

}  // namespace forkd
