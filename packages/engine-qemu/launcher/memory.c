#define _GNU_SOURCE
#include "launcher.h"

#include <sys/prctl.h>

void forbid_huge_pages(const struct plan *plan) {
  /* Where the kernel refuses, a machine takes more memory, and is no less right. */
  if (plan->has_small_pages) prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}
