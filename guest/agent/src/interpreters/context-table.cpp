#include "interpreters/context-table.hpp"

#include <signal.h>

#include <algorithm>

namespace forkd {

static std::vector<Language> languagesIn(const std::string& scripts) {
  return {
      {"python", "/usr/bin/python3", {}, scripts + "/python.py", SIGRTMIN + 11, true},
      {"node", "/usr/bin/node", {"--no-warnings"}, scripts + "/node.mjs"},
      {"bash", "/bin/bash", {"--noprofile", "--norc", "--noediting", "-i"}, "", 0, false, Dialect::shell},
  };
}

ContextTable::ContextTable(EventLoop& loop, Reaper& reaper, const SandboxIdentity& sandbox, const std::string& scripts)
    : surroundings_{loop, reaper, sandbox, *this}, languages_(languagesIn(scripts)) {
  for (const Language& language : languages_) {
    interpreters_.push_back(std::make_unique<Interpreter>(surroundings_, language.name, language));
  }
}

Interpreter* ContextTable::find(std::string_view name) const {
  for (const auto& interpreter : interpreters_) {
    if (interpreter->name() == name && !interpreter->removing()) return interpreter.get();
  }
  return nullptr;
}

void ContextTable::create(ContextPlan plan, std::shared_ptr<Exchange> exchange) {
  gone_.clear();
  const auto language = std::ranges::find(languages_, plan.language, &Language::name);
  if (language == languages_.end()) return exchange->fail({ErrorCode::badRequest, "there is no language " + plan.language});
  if (find(plan.id) != nullptr) return exchange->fail({ErrorCode::badRequest, "there is a context " + plan.id + " already"});
  if (interpreters_.size() >= languages_.size() + kMaxContexts) {
    return exchange->fail({ErrorCode::tooMany, "there are " + std::to_string(kMaxContexts) + " contexts already"});
  }
  interpreters_.push_back(
      std::make_unique<Interpreter>(surroundings_, std::move(plan.id), *language, std::move(plan.setting)));
  interpreters_.back()->start(std::move(exchange));
}

void ContextTable::remove(Interpreter& interpreter, std::shared_ptr<Exchange> exchange) {
  gone_.clear();
  const auto isIt = [&](const auto& each) { return each.get() == &interpreter; };
  const auto at = std::ranges::find_if(interpreters_, isIt) - interpreters_.begin();
  if (static_cast<size_t>(at) < languages_.size()) {
    return exchange->fail({ErrorCode::badRequest, interpreter.name() + " is there for good, and can be restarted"});
  }
  interpreter.remove(std::move(exchange));
}

void ContextTable::onGone(Interpreter& interpreter) {
  const auto own = interpreters_.begin() + static_cast<std::ptrdiff_t>(languages_.size());
  const auto at = std::find_if(own, interpreters_.end(), [&](const auto& each) { return each.get() == &interpreter; });
  if (at == interpreters_.end()) return;
  gone_.push_back(std::move(*at));
  interpreters_.erase(at);
}

}  // namespace forkd
