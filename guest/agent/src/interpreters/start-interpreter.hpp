#pragma once
#include <optional>
#include <string>
#include <vector>

#include "http/failure.hpp"
#include "io/fd.hpp"
#include "process/environment.hpp"

namespace forkd {

/** How an interpreter is spoken to: by frames, or as a shell, by lines of its own language on standard input. */
enum class Dialect { frames, shell };

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
  Dialect dialect = Dialect::frames;

  bool installed() const { return ::access(program.c_str(), X_OK) == 0; }
};

/** What an interpreter has of its own from its start on. */
struct InterpreterSetting {
  /** Empty for the user's home, when there is one. */
  std::string cwd;
  Variables env;
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

/** Runs it as its own session, with calls on descriptor 3, or a shell's on 0, and frames on 4. */
StartedInterpreter startInterpreter(const Language& language, const InterpreterSetting& setting,
                                    const SandboxIdentity& sandbox);

}  // namespace forkd
