#include "files/tree-watch.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "io/json.hpp"

namespace forkd {

namespace {
constexpr uint32_t kEvents = IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr uint32_t kEventsOfRoot = kEvents | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr size_t kMaxDirectories = 65'536;
constexpr size_t kMaxPendingBytes = 512 * 1024;
constexpr int kEntriesAtOnce = 256;
/** inotify(7): the halves of a move may be apart, but not by much. */
constexpr int64_t kMoveMs = 10;
}  // namespace

TreeWatch::TreeWatch(EventLoop& loop, TreeWatchListener& listener)
    : listener_(listener), readable_(loop, *this), timer_(loop, *this) {}

void TreeWatch::start(const std::string& root, bool recursive) {
  root_ = root;
  recursive_ = recursive;
  if (const int error = begin(); error != 0) return listener_.onUnwatchable(error);
  goOn();
}

void TreeWatch::take(size_t bytes) {
  lines_.erase(0, bytes);
  lastLine_.clear();
  if (!ended_ && !readable_.active()) timer_.start(0);
}

void TreeWatch::onReady(int, uint32_t) {
  readEvents();
  goOn();
}

void TreeWatch::onTimer(Timer&) {
  if (!isScanning()) settleMove();
  goOn();
}

/** Watches the root, and forgets what was known. Returns 0 or an errno. */
int TreeWatch::begin() {
  readable_.stop();
  tree_.clear();
  scans_.clear();
  scanned_.reset();
  move_ = {};
  inotify_ = Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  struct stat info{};
  if (!inotify_ || ::stat(root_.c_str(), &info) != 0) return errno;
  device_ = info.st_dev;
  rootWatch_ = addWatch(-1, {});
  if (rootWatch_ < 0) return errno;
  if (recursive_) scans_.push_back({rootWatch_, false});
  return 0;
}

/** The watch descriptor, or -1 with errno. */
int TreeWatch::addWatch(int parent, const std::string& name) {
  if (tree_.size() >= kMaxDirectories) {
    errno = ENOSPC;
    return -1;
  }
  const uint32_t mask = parent == -1 ? kEventsOfRoot : kEvents | IN_DONT_FOLLOW;
  const int watch = ::inotify_add_watch(inotify_.get(), placeOf(parent, name).c_str(), mask | IN_ONLYDIR);
  if (watch >= 0) tree_.move(watch, parent, name);
  return watch;
}

/** Before it is read, so that nothing can come into it unseen. */
void TreeWatch::watchDirectory(int parent, const std::string& name, bool isNew) {
  const int watch = addWatch(parent, name);
  if (watch >= 0) return scans_.push_back({watch, isNew});
  const bool hasGone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
  // What is too deep for a path is out of everybody's reach.
  if (!hasGone && errno != ENAMETOOLONG && fault_ == 0) fault_ = errno;
}

std::string TreeWatch::placeOf(int watch, const std::string& name) const {
  const std::string below = tree_.pathOf(watch, name);
  return below.empty() ? root_ : root_ + '/' + below;
}

/** Does a part of what there is to do, and waits for what comes next. */
void TreeWatch::goOn() {
  if (isScanning()) scanSome();
  if (!isScanning() && !ended_) finishScan();
  if (ended_) return;
  const bool hasRoom = lines_.size() < kMaxPendingBytes;
  if (hasRoom && !isScanning()) {
    readable_.start(inotify_.get(), EPOLLIN);
    if (move_.cookie != 0) timer_.start(kMoveMs);
  } else {
    readable_.stop();
    if (hasRoom) timer_.start(0);
  }
  if (!lines_.empty()) listener_.onMore();
}

void TreeWatch::scanSome() {
  for (int i = 0; i < kEntriesAtOnce && lines_.size() < kMaxPendingBytes && isScanning(); ++i) {
    if (!scanned_) {
      scan_ = scans_.back();
      scans_.pop_back();
      const bool follow = scan_.watch == rootWatch_;
      if (tree_.has(scan_.watch)) scanned_ = openDirectory(AT_FDCWD, placeOf(scan_.watch, {}).c_str(), follow);
      continue;
    }
    if (const dirent* entry = readEntry(scanned_.get())) {
      scanEntry(*entry);
    } else {
      scanned_.reset();
    }
  }
}

void TreeWatch::scanEntry(const dirent& entry) {
  const std::string name = entry.d_name;
  if (scan_.isNew) tell("create", tree_.pathOf(scan_.watch, name));
  if (entry.d_type != DT_DIR && entry.d_type != DT_UNKNOWN) return;
  struct stat info{};
  if (::fstatat(::dirfd(scanned_.get()), entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (S_ISDIR(info.st_mode) && info.st_dev == device_) watchDirectory(scan_.watch, name, scan_.isNew);
}

/** Nothing is left to be read: says so, the first time and when events were lost. */
void TreeWatch::finishScan() {
  if (fault_ != 0 && isFirstScan_) {
    ended_ = true;
    return listener_.onUnwatchable(fault_);
  }
  if (isFirstScan_) {
    isFirstScan_ = false;
    tell("opened", {});
    listener_.onWatching();
  }
  if (hasLost_ || fault_ != 0) tell("overflow", {});
  hasLost_ = false;
  if (fault_ != 0) end();
}

/** No more at a time than a buffer: other requests have their turns in between. */
void TreeWatch::readEvents() {
  const ssize_t bytes = ::read(inotify_.get(), buffer_.data(), buffer_.size());
  for (const char* at = buffer_.data(); at < buffer_.data() + bytes;) {
    const auto& event = *reinterpret_cast<const inotify_event*>(at);
    if (!handle(event)) return;
    at += sizeof event + event.len;
  }
}

bool TreeWatch::handle(const inotify_event& event) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    hasLost_ = true;
    fault_ = begin();
    return false;
  }
  const bool isRoot = event.wd == rootWatch_;
  if (isRoot && (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0) {
    settleMove();
    tell("remove", {});
    end();
    return false;
  }
  if ((event.mask & IN_IGNORED) != 0) tree_.remove(event.wd);
  // What happens to a watched directory itself is told of it in its parent.
  if (event.len == 0 || !tree_.has(event.wd)) return true;
  handleEntry(event, event.name);
  return true;
}

void TreeWatch::handleEntry(const inotify_event& event, const std::string& name) {
  const bool isDirectory = (event.mask & IN_ISDIR) != 0;
  const bool isArrival = (event.mask & IN_MOVED_TO) != 0;
  if (isArrival && move_.cookie == event.cookie) return completeMove(event, name);
  settleMove();
  if (!tree_.has(event.wd)) return;
  if ((event.mask & IN_MOVED_FROM) != 0) {
    move_ = {event.cookie, event.wd, name, isDirectory};
    return;
  }
  const std::string path = tree_.pathOf(event.wd, name);
  if ((event.mask & IN_MODIFY) != 0) return tell("write", path);
  if ((event.mask & IN_ATTRIB) != 0) return tell("chmod", path);
  if ((event.mask & IN_DELETE) != 0) return tell("remove", path);
  tell("create", path);
  if (isDirectory && recursive_) watchDirectory(event.wd, name, true);
}

/** What has left, and did not come back, is as good as removed. */
void TreeWatch::settleMove() {
  if (move_.cookie == 0) return;
  tell("remove", tree_.pathOf(move_.watch, move_.name));
  const int gone = move_.isDirectory ? tree_.find(move_.watch, move_.name) : -1;
  if (gone >= 0) {
    for (const int watch : tree_.take(gone)) ::inotify_rm_watch(inotify_.get(), watch);
  }
  move_ = {};
}

void TreeWatch::completeMove(const inotify_event& event, const std::string& name) {
  tell("rename", tree_.pathOf(move_.watch, move_.name), tree_.pathOf(event.wd, name));
  const int moved = move_.isDirectory ? tree_.find(move_.watch, move_.name) : -1;
  if (moved >= 0) {
    tree_.move(moved, event.wd, name);
  } else if (move_.isDirectory && recursive_) {
    watchDirectory(event.wd, name, true);
  }
  move_ = {};
}

void TreeWatch::tell(const char* type, const std::string& name, const std::string& to) {
  Json event = Json::object();
  event["type"] = type;
  event["name"] = name;
  if (!to.empty()) event["to"] = to;
  std::string line = writeJson(event) + '\n';
  // A file that is written in many pieces, with nothing else in between.
  if (line == lastLine_) return;
  lines_ += line;
  lastLine_ = std::move(line);
}

void TreeWatch::end() {
  ended_ = true;
  readable_.stop();
  timer_.stop();
  listener_.onMore();
}

}  // namespace forkd
