#pragma once
#include <memory>
#include <string>
#include <vector>

#include "interpreters/interpreter.hpp"

namespace forkd {

/** What a new context is to be. */
struct ContextPlan {
  std::string id;
  std::string language;
  InterpreterSetting setting;
};

/** All interpreters: one for each language, which is there for good and called as it, and the contexts that were asked for. */
class ContextTable final : public InterpreterOwner {
 public:
  ContextTable(EventLoop& loop, Reaper& reaper, const SandboxIdentity& sandbox, const std::string& scripts);

  /** Null when there is none, or it is being removed. */
  Interpreter* find(std::string_view name) const;
  const std::vector<std::unique_ptr<Interpreter>>& all() const { return interpreters_; }
  /** Replies once it is ready; one that does not start is not kept. */
  void create(ContextPlan plan, std::shared_ptr<Exchange> exchange);
  /** Replies once it has ended. */
  void remove(Interpreter& interpreter, std::shared_ptr<Exchange> exchange);

  void onGone(Interpreter& interpreter) override;

 private:
  static constexpr size_t kMaxContexts = 16;

  Interpreter::Surroundings surroundings_;
  std::vector<Language> languages_;
  /** Those of the languages first, in the same order. */
  std::vector<std::unique_ptr<Interpreter>> interpreters_;
  /** Gone, but perhaps in the middle of telling so. */
  std::vector<std::unique_ptr<Interpreter>> gone_;
};

}  // namespace forkd
