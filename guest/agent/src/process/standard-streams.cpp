#include "process/standard-streams.hpp"

#include <sys/ioctl.h>

#include <cerrno>

namespace forkd {

int StandardStreams::open(const Command& command, uid_t terminalOwner) {
  return command.terminal ? openTerminal(*command.terminal, terminalOwner) : openPipes(command.streamInput);
}

int StandardStreams::openTerminal(TerminalSize size, uid_t owner) {
  out = Fd(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!out) return errno;
  const int unlocked = 0;
  if (::ioctl(out.get(), TIOCSPTLCK, &unlocked) != 0) return errno;
  Fd child(::ioctl(out.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!child) return errno;
  if (const int error = resizeTerminal(out, size); error != 0) return error;
  if (::geteuid() == 0 && ::fchown(child.get(), owner, static_cast<gid_t>(-1)) != 0) return errno;
  input = Fd(::fcntl(out.get(), F_DUPFD_CLOEXEC, 0));
  for (int i = 0; i < 2; ++i) childSide.emplace_back(::fcntl(child.get(), F_DUPFD_CLOEXEC, 0));
  childSide.push_back(std::move(child));
  return input && childSide[0] && childSide[1] ? 0 : EMFILE;
}

int StandardStreams::openPipes(bool streamInput) {
  Pipe in = streamInput ? openPipe() : Pipe{Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), Fd()};
  Pipe outPipe = openPipe();
  Pipe errPipe = openPipe();
  if (!in.read || !outPipe.read || !errPipe.read) return errno;
  input = std::move(in.write);
  out = std::move(outPipe.read);
  err = std::move(errPipe.read);
  setNonblocking(out);
  setNonblocking(err);
  childSide.push_back(std::move(in.read));
  childSide.push_back(std::move(outPipe.write));
  childSide.push_back(std::move(errPipe.write));
  return 0;
}

int resizeTerminal(const Fd& terminal, TerminalSize size) {
  winsize window{};
  window.ws_col = size.cols;
  window.ws_row = size.rows;
  return ::ioctl(terminal.get(), TIOCSWINSZ, &window) == 0 ? 0 : errno;
}

}  // namespace forkd
