#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* `then` and `otherwise` count the rules that are passed over. */
#define IF_EQUAL(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))

/* The flags of every thread that QEMU's sandbox lets be made. */
static const unsigned thread_flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                                     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;

void hide_process(void) {
  const char *confined = getenv("FORKD_CONFINED");
  /* Without such a user, this would keep the daemon out too. */
  if (confined != NULL && strcmp(confined, "1") == 0) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/*
 * A copy makes threads, and neither processes nor sessions. What must not be among their flags, and that no program
 * can be started, is denied by QEMU's own filter, in force all along. The C library falls back to clone(2) where
 * clone3(2) is missing, whose flags a filter cannot read. Its siblings have the same user, so it is the filter that
 * keeps it from sending signals to them.
 */
bool confine_copy(void) {
  struct sock_filter rules[] = {
      LOAD(arch),
      IF_EQUAL(AUDIT_ARCH_X86_64, 0, 15),
      LOAD(nr),
      IF_EQUAL(SYS_clone3, 12, 0),
      IF_EQUAL(SYS_setsid, 12, 0),
      IF_EQUAL(SYS_kill, 7, 0),
      IF_EQUAL(SYS_tgkill, 6, 0),
      IF_EQUAL(SYS_rt_sigqueueinfo, 5, 0),
      IF_EQUAL(SYS_rt_tgsigqueueinfo, 4, 0),
      IF_EQUAL(SYS_clone, 0, 5),
      LOAD(args[0]),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, thread_flags),
      IF_EQUAL(thread_flags, 2, 4),
      LOAD(args[0]),
      IF_EQUAL((unsigned)getpid(), 0, 3),
      RETURN(SECCOMP_RET_ALLOW),
      RETURN(SECCOMP_RET_ERRNO | ENOSYS),
      RETURN(SECCOMP_RET_KILL_PROCESS),
      RETURN(SECCOMP_RET_ERRNO | EPERM),
  };
  const struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}
