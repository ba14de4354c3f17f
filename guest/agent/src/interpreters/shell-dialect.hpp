#pragma once
#include <cstdint>
#include <string>
#include <string_view>

// What bash is told, each as lines of its own language. It runs interactively, without a terminal: so SIGINT brings it back to
// the next line, whatever it was doing, with its variables and functions.
namespace forkd {

/** The first lines: no prompts, and what it answers with. */
std::string greetShell();

/** Runs code among its variables, and answers with the status and the call's number. */
std::string writeShellCall(const std::string& code, int64_t number);

/** Answers once more, for when an interrupt met the answer itself. */
std::string writeShellAnswer(int64_t number);

/** Takes over variables, NAME=VALUE with NUL between them, and has `$RANDOM` begin anew. */
std::string writeShellNotice(std::string_view variables);

}  // namespace forkd
