// A port whose host comes and goes, told late. A socket of packets stands for it: it reads an empty one as ended, and goes on.
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/link.hpp"

using namespace forkd;

namespace {
constexpr std::string_view kNonce = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kHungUp;
/** The preface, empty SETTINGS, and `GET /` as stream 1. */
constexpr std::string_view kRequest(
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    "\0\0\0\4\0\0\0\0\0"
    "\0\0\6\1\5\0\0\0\1\x82\x86\x84\x41\1a",
    24 + 9 + 15);

class Witness final : public RequestOpener {
 public:
  std::unique_ptr<RequestHandler> open(const std::shared_ptr<Exchange>&) override {
    ++opened;
    return std::make_unique<Handler>(*this);
  }
  int opened = 0;
  int closed = 0;

 private:
  struct Handler final : RequestHandler {
    explicit Handler(Witness& witness) : witness_(witness) {}
    void onBody(Exchange&, std::string_view) override {}
    void onBodyEnd(Exchange&) override {}
    void onClosed(CloseReason) override { ++witness_.closed; }
    Witness& witness_;
  };
};

class Scene {
 public:
  Scene() : link_(loop_, witness) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    host_ = Fd(ends[1]);
    link_.attach(Fd(ends[0]), Ending::passing);
    turn();
  }

  void turn() {
    loop_.turn();
    link_.flush();
  }

  void say(std::string_view bytes) {
    if (::send(host_.get(), bytes.data(), bytes.size(), 0) < 0) std::abort();
    turn();
  }

  std::string heard() {
    std::array<char, 4096> bytes;
    const ssize_t got = ::recv(host_.get(), bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string(bytes.data(), static_cast<size_t>(got)) : std::string();
  }

  Witness witness;

 private:
  EventLoop loop_;
  Link link_;
  Fd host_;
};

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::exit(EXIT_FAILURE);
}

std::string line() { return "\nFORKD-RESYNC/1 " + std::string(kNonce) + "\n"; }

void keepsWhatBeganBeforeTheNews() {
  Scene scene;
  scene.say(line());
  scene.say(kHungUp);
  scene.say(kHungUp);
  expect(scene.heard().find(kNonce) != std::string::npos, "the line is answered");
  scene.say(kRequest);
  expect(scene.witness.opened == 1, "the request behind it is served");
  expect(scene.witness.closed == 0, "the request is under way");
}

void givesUpAHostThatStaysAway() {
  Scene scene;
  scene.say(line() + std::string(kRequest));
  expect(scene.witness.opened == 1, "the request is served");
  scene.say(kHungUp);
  while (scene.witness.closed == 0) scene.turn();
}
}  // namespace

int main() {
  keepsWhatBeganBeforeTheNews();
  givesUpAHostThatStaysAway();
}
