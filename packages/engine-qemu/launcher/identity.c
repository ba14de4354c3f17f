#define _GNU_SOURCE
#include "launcher.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void drop_capabilities(void) {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
}

static void clear_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  checked((int)syscall(SYS_capset, &header, none), "capset");
}

static void become_user(uid_t uid) {
  checked(setgroups(0, NULL), "setgroups");
  checked(setresgid(uid, uid, uid), "setresgid");
  checked(setresuid(uid, uid, uid), "setresuid");
}

void drop_privileges(const struct plan *plan) {
  const struct rlimit none = {0, 0};
  checked(setrlimit(RLIMIT_CORE, &none), "RLIMIT_CORE");
  drop_capabilities();
  if (plan->confinement == AS_USER) become_user(plan->uid);
  clear_capabilities();
  checked(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}
