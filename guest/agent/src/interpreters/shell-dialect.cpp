#include "interpreters/shell-dialect.hpp"

#include <sys/random.h>

#include <algorithm>

namespace forkd {

namespace {
// A frame has its length before it: all of these are short, and ASCII. `exit` ends the call and not the shell: an error of
// an expansion takes an interactive bash back to its next line, out of whatever it is in. What would end the shell between
// two calls, or read what is written for it, is taken back: `set -e` and prompts.
constexpr const char* kGreeting = R"sh(PS1= PS2= HISTFILE=; set +o history +H +m
__forkd_send() { builtin printf -v __forkd_head '\\x%02x\\0\\0\\0' "${#1}"; builtin printf "$__forkd_head%s" "$1" >&4; }
__forkd_calm() { PS1= PS2=; builtin set +e; builtin unset -v PS0 PROMPT_COMMAND; builtin return "${1-0}"; }
__forkd_answer() {
builtin set -- "${__forkd_left-$1}" "$2"; builtin unset -v __forkd_left
__forkd_send "{\"op\":\"result\",\"exit_status\":$1,\"call\":$2}"; __forkd_calm "$1"; }
exit() {
builtin set -- "${1-$?}"
if [[ $BASHPID != "$$" ]]; then builtin exit "$1"; fi
__forkd_calm; (builtin exit "$1"); __forkd_left=$?
builtin eval "builtin set -- $(builtin trap -p EXIT)"; builtin trap - EXIT; __forkd_calm $__forkd_left; builtin eval "${3-}"
{ : "${__forkd_nothing?}"; } 2>/dev/null; }
builtin readonly -f __forkd_send __forkd_calm __forkd_answer
__forkd_send "{\"op\":\"ready\",\"version\":\"${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}.${BASH_VERSINFO[2]}\"}"
)sh";

std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += "'\\''";
    else if (c != '\0') quoted += c;
  }
  return quoted + "'";
}
}  // namespace

std::string greetShell() { return kGreeting; }

std::string writeShellCall(const std::string& code, int64_t number) {
  // The answer is a line of its own: an interrupt drops what is left of the line that it meets.
  return "\\builtin eval " + quote(code) + " </dev/null 3<&- 4>&-; { __forkd_calm \"$?\"; } 2>/dev/null\n" +
         writeShellAnswer(number);
}

std::string writeShellAnswer(int64_t number) {
  // Behind an open quotation the parser takes the first line for a word, and an empty one is none.
  return "\n{ __forkd_answer \"$?\" " + std::to_string(number) + "; } 2>/dev/null\n";
}

std::string writeShellNotice(std::string_view variables) {
  uint32_t seed = 0;
  // getrandom(2) gives up to 256 bytes whole.
  (void)!::getrandom(&seed, sizeof seed, 0);
  std::string lines = "\n{ RANDOM=" + std::to_string(seed);
  while (!variables.empty()) {
    const std::string_view item = variables.substr(0, variables.find('\0'));
    variables.remove_prefix(std::min(item.size() + 1, variables.size()));
    const size_t nameEnd = item.find('=');
    lines += "; export " + std::string(item.substr(0, nameEnd + 1)) + quote(item.substr(nameEnd + 1));
  }
  return lines + "; } 2>/dev/null\n";
}

}  // namespace forkd
