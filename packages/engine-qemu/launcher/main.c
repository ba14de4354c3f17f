#define _GNU_SOURCE
#include "launcher.h"

#include <stdlib.h>
#include <unistd.h>

int main(int count, char **words) {
  const struct plan plan = parse_plan(count, words);
  enter_user_namespace(&plan);
  open_files(&plan);
  start_broker(&plan);
  leave_host(&plan);
  connect_idle_tap(&plan);
  enter_root(&plan, checked(open_view(&plan, plan.directory), plan.directory));
  checked(setenv("FORKD_CONFINED", plan.confinement == FILTERED ? "0" : "1", 1), "the environment");
  drop_privileges(&plan);
  forbid_huge_pages(&plan);
  filter_calls(&plan);
  execv(plan.command[0], plan.command);
  fail(plan.command[0]);
}
