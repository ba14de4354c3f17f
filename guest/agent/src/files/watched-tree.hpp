#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace forkd {

/** Where the directories are that an inotify instance watches, each known by its watch descriptor. */
class WatchedTree {
 public:
  void clear();
  size_t size() const { return nodes_.size(); }
  bool has(int watch) const { return nodes_.contains(watch); }
  /** The first one is the root, whose parent is -1. */
  void add(int watch, int parent, const std::string& name);
  void remove(int watch);
  /** The directory of that name, or -1. */
  int find(int parent, const std::string& name) const;
  void move(int watch, int parent, const std::string& name);
  /** Forgets a directory and all below it, and gives them. */
  std::vector<int> take(int watch);
  /** The path of an entry, below the root. */
  std::string pathOf(int watch, const std::string& name) const;

 private:
  struct Node {
    int parent = -1;
    std::string name;
  };
  std::unordered_map<int, Node> nodes_;
  std::map<std::pair<int, std::string>, int> children_;
};

}  // namespace forkd
