#pragma once
#include <sys/inotify.h>

#include <array>
#include <string>
#include <vector>

#include "files/tree-walk.hpp"
#include "files/watched-tree.hpp"
#include "io/event-loop.hpp"

namespace forkd {

class TreeWatchListener {
 public:
  virtual ~TreeWatchListener() = default;
  /** Everything is watched that was there. */
  virtual void onWatching() = 0;
  /** It cannot be watched; told at most once, and only before `onWatching`. */
  virtual void onUnwatchable(int error) = 0;
  /** There are lines to take, or there will be none any more. */
  virtual void onMore() = 0;
};

/**
 * What changes in a directory, and where told below it, as lines of JSON. A directory that is new is watched at once, and
 * what was in it by then is told as created. It holds a bounded number of lines: when nobody takes them the kernel's
 * queue fills, and that it ran over is told.
 */
class TreeWatch final : public FdListener, public TimerListener {
 public:
  TreeWatch(EventLoop& loop, TreeWatchListener& listener);

  void start(const std::string& root, bool recursive);
  /** What there is to tell. Cleared by `take`. */
  const std::string& lines() const { return lines_; }
  void take(size_t bytes);
  bool ended() const { return ended_; }

  void onReady(int fd, uint32_t events) override;
  void onTimer(Timer& timer) override;

 private:
  /** A directory that is yet to be read, and whether what is found is to be told as created. */
  struct Scan {
    int watch = -1;
    bool isNew = false;
  };
  /** What has left its place, until it is known where to. */
  struct Move {
    uint32_t cookie = 0;
    int watch = -1;
    std::string name;
    bool isDirectory = false;
  };

  int begin();
  int addWatch(int parent, const std::string& name);
  void watchDirectory(int parent, const std::string& name, bool isNew);
  std::string placeOf(int watch, const std::string& name) const;

  void goOn();
  bool isScanning() const { return scanned_ || !scans_.empty(); }
  void scanSome();
  void scanEntry(const dirent& entry);
  void finishScan();

  void readEvents();
  /** False when the rest of the events is of no use. */
  bool handle(const inotify_event& event);
  void handleEntry(const inotify_event& event, const std::string& name);
  void settleMove();
  void completeMove(const inotify_event& event, const std::string& name);

  void tell(const char* type, const std::string& name, const std::string& to = {});
  void end();

  TreeWatchListener& listener_;
  std::string root_;
  bool recursive_ = false;
  dev_t device_ = 0;
  Fd inotify_;
  FdWatch readable_;
  /** Goes on with a scan between other requests, or settles a move whose other half does not come. */
  Timer timer_;
  WatchedTree tree_;
  int rootWatch_ = -1;
  std::vector<Scan> scans_;
  Scan scan_;
  Directory scanned_;
  bool isFirstScan_ = true;
  /** Events were lost: told when all is watched again. */
  bool hasLost_ = false;
  /** Why a directory cannot be watched any more; 0 as long as all can. */
  int fault_ = 0;
  Move move_;
  std::string lines_;
  std::string lastLine_;
  bool ended_ = false;
  alignas(inotify_event) std::array<char, 16 * 1024> buffer_;
};

}  // namespace forkd
