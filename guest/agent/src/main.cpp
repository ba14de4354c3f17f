#include <malloc.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cstring>

#include "boot/agent-stage.hpp"
#include "boot/initramfs-stage.hpp"
#include "io/sync-disk.hpp"
#include "process/spawn.hpp"
#include "serve.hpp"

namespace {
constexpr const char* kUsage =
    "usage: forkd-agent --version\n"
    "       forkd-agent --socket PATH [--interpreters DIR] [--root DIR] [--console FILE]\n"
    "As PID 1 it boots and serves the machine instead.\n";

constexpr int kTrimThresholdBytes = 4 * 1024 * 1024;
constexpr int kMmapThresholdBytes = 256 * 1024;

/** Giving memory back and taking it again makes new private pages in every forked machine. */
void keepHeap() {
  ::mallopt(M_TRIM_THRESHOLD, kTrimThresholdBytes);
  ::mallopt(M_MMAP_THRESHOLD, kMmapThresholdBytes);
}

int runHosted(int count, char** words) {
  forkd::AgentOptions options;
  options.hosted = true;
  options.consolePath.clear();
  std::string socket;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(words[i], "--socket") == 0) socket = words[i + 1];
    if (std::strcmp(words[i], "--interpreters") == 0) options.interpretersDirectory = words[i + 1];
    if (std::strcmp(words[i], "--root") == 0) options.root = words[i + 1];
    if (std::strcmp(words[i], "--console") == 0) options.consolePath = words[i + 1];
  }
  if (socket.empty()) {
    ::fputs(kUsage, stderr);
    return 2;
  }
  const int error = forkd::serveSocket(socket, options);
  if (error != 0) ::fprintf(stderr, "forkd-agent: %s: %s\n", socket.c_str(), ::strerror(error));
  return error == 0 ? 0 : 1;
}
}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::strcmp(words[1], "--version") == 0) {
    ::puts(forkd::kAgentVersion);
    return 0;
  }
  if (count > 1 && std::strcmp(words[1], forkd::kSyncDiskWord) == 0) {
    forkd::syncDisk();
    return 0;
  }
  keepHeap();
  forkd::resetSignalDispositions();
  ::umask(022);
  if (::getpid() != 1) return runHosted(count, words);
  if (count > 1 && std::strcmp(words[1], "--stage2") == 0) forkd::runAgentStage();
  forkd::runInitramfsStage();
}
