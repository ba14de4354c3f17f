#include "files/watched-tree.hpp"

namespace forkd {

/** No path has more names, and what is read late may tell of directories that are in each other. */
static constexpr int kMaxDepth = 2048;

void WatchedTree::clear() {
  nodes_.clear();
  children_.clear();
}

void WatchedTree::add(int watch, int parent, const std::string& name) {
  nodes_[watch] = {parent, name};
  children_[{parent, name}] = watch;
}

void WatchedTree::remove(int watch) {
  const auto node = nodes_.find(watch);
  if (node == nodes_.end()) return;
  const auto child = children_.find({node->second.parent, node->second.name});
  if (child != children_.end() && child->second == watch) children_.erase(child);
  nodes_.erase(node);
}

int WatchedTree::find(int parent, const std::string& name) const {
  const auto child = children_.find({parent, name});
  return child == children_.end() ? -1 : child->second;
}

void WatchedTree::move(int watch, int parent, const std::string& name) {
  remove(watch);
  add(watch, parent, name);
}

std::vector<int> WatchedTree::take(int watch) {
  remove(watch);
  std::vector<int> taken{watch};
  // It grows while it is gone through. A child that was taken is nobody's any more, so that none comes twice.
  for (size_t i = 0; i < taken.size(); ++i) {
    const int parent = taken[i];
    for (auto child = children_.lower_bound({parent, {}}); child != children_.end() && child->first.first == parent;) {
      taken.push_back(child->second);
      nodes_.erase(child->second);
      child = children_.erase(child);
    }
  }
  return taken;
}

std::string WatchedTree::pathOf(int watch, const std::string& name) const {
  std::string path = name;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const auto node = nodes_.find(watch);
    if (node == nodes_.end() || node->second.parent == -1) break;
    path = path.empty() ? node->second.name : node->second.name + '/' + path;
    watch = node->second.parent;
  }
  return path;
}

}  // namespace forkd
