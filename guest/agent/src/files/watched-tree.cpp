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

std::vector<int> WatchedTree::below(int watch) const {
  std::vector<int> found;
  for (const auto& [candidate, node] : nodes_) {
    if (isBelow(candidate, watch)) found.push_back(candidate);
  }
  return found;
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

bool WatchedTree::isBelow(int watch, int ancestor) const {
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    if (watch == ancestor) return true;
    const auto node = nodes_.find(watch);
    if (node == nodes_.end()) return false;
    watch = node->second.parent;
  }
  return false;
}

}  // namespace forkd
